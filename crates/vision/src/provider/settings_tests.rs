use super::*;
use crate::provider::Price;

fn parse(text: &str) -> Checked<ProviderSettings> {
    let env = |name: &str| (name == "MY_KEY").then(|| "sk-from-env-123".to_owned());
    ProviderSettings::parse(text, Path::new("providers.toml"), &env)
}

fn env(pairs: &'static [(&str, &str)]) -> Checked<ProviderSettings> {
    ProviderSettings::from_env(&|name: &str| {
        let found = pairs.iter().find(|(n, _)| *n == name)?;
        Some(found.1.to_owned())
    })
}

#[test]
fn a_full_file_is_read() {
    let settings = parse(
        r#"
        deadline_seconds = 20
        [budget]
        day_usd = 2.5
        month_usd = 30

        [[provider]]
        name = "first"
        preset = "together"
        key_env = "MY_KEY"
        models = ["meta-llama/Llama-3.2-11B-Vision-Instruct-Turbo", "some/other"]
        temperature = 0
        max_tokens = 800
        timeout_seconds = 12.5
        requests_per_minute = 60
        tokens_per_minute = 100000
        requests_per_day = 1000
        json = "object"

        [[provider]]
        preset = "ollama"
        base_url = "http://gpu.local:11434/v1"

        [[provider]]
        name = "house"
        base_url = "https://models.example/v1"
        model = "pixtral"
        price_per_image = 0.001

        [[embedder]]
        preset = "vllm"
        model = "openai/clip-vit-base-patch32"
        dims = 512
        "#,
    )
    .expect("a good file");
    assert_eq!(settings.deadline, Duration::from_secs(20));
    assert_eq!(
        settings.budget,
        Caps {
            day: Some(2_500_000),
            month: Some(30_000_000)
        }
    );
    let [first, ollama, house] = &settings.describers[..] else {
        panic!("three providers");
    };
    assert_eq!(first.endpoint.name, "first");
    assert_eq!(first.models.len(), 2);
    assert_eq!(first.models[0].price, Price::per_million(180_000, 180_000));
    assert_eq!(first.models[1].price, Price::ASSUMED);
    assert_eq!(first.json, JsonMode::Object);
    assert_eq!(first.endpoint.timeout, Duration::from_millis(12_500));
    assert_eq!(first.endpoint.rates.requests_per_day, Some(1000));
    assert!(first.endpoint.key.is_some());
    assert_eq!(ollama.endpoint.name, "ollama");
    assert_eq!(ollama.models[0].price, Price::FREE);
    assert_eq!(house.models[0].price.image, 1_000);
    assert_eq!(house.models[0].price.input, 0);
    assert_eq!(settings.embedders[0].dims, 512);
    assert!(!format!("{settings:?}").contains("sk-from-env"));
}

#[test]
fn what_may_send_a_bill_is_never_free_by_silence() {
    let of = |model: &str, table: &str| {
        let text = format!("[[provider]]\nmodel = \"{model}\"\n{table}");
        let settings = parse(&text).unwrap_or_else(|e| panic!("{e}"));
        settings.describers[0].models[0].price
    };
    let price = |table: &str| of("m", table);
    let far = "base_url = \"https://api.host.example/v1\"\n";
    let with_key = format!("{far}key_env = \"MY_KEY\"\n");
    for preset in ["custom", "vllm", "ollama", "llama.cpp"] {
        let table = format!("preset = \"{preset}\"\n{with_key}");
        assert_eq!(price(&table), Price::ASSUMED, "{preset} at somebody's host");
    }
    // A listed price is not that of another host.
    let table = format!("preset = \"openai\"\n{with_key}");
    assert_eq!(of("gpt-4o-mini", &table), Price::ASSUMED);
    // Whoever states one price leaves the others as they would be.
    let stated = price(&format!("{with_key}price_in = 0.1\n"));
    assert_eq!(
        (stated.input, stated.output),
        (100_000, Price::ASSUMED.output)
    );
    assert_eq!(price(&format!("preset = \"vllm\"\n{far}")), Price::FREE);
    let own = "preset = \"vllm\"\nbase_url = \"http://gpu.internal/v1\"\nkey_env = \"MY_KEY\"\n";
    assert_eq!(price(own), Price::FREE, "one's own, with a password");
}

#[test]
fn a_stated_price_is_that_of_every_model_of_the_provider() {
    let settings = parse(
        r#"
        [[provider]]
        preset = "together"
        key_env = "MY_KEY"
        price_in = 1.2
        price_out = 1.2
        "#,
    )
    .expect("a good file");
    for model in &settings.describers[0].models {
        assert_eq!(model.price, Price::per_million(1_200_000, 1_200_000));
    }
}

#[test]
fn an_unlisted_embedder_is_taken_at_the_highest() {
    let price = |table: &str| {
        let text = format!("[[embedder]]\ndims = 512\nkey_env = \"MY_KEY\"\n{table}");
        let settings = parse(&text).unwrap_or_else(|e| panic!("{e}"));
        settings.embedders[0].model.price
    };
    let other = "model = \"other\"\n";
    for preset in ["jina", "huggingface"] {
        let table = format!("preset = \"{preset}\"\n{other}");
        assert_eq!(price(&table), Price::ASSUMED_EMBEDDING, "{preset}");
    }
    let far = "base_url = \"https://vectors.host.example\"\n";
    let table = format!("preset = \"infinity\"\n{other}{far}");
    assert_eq!(price(&table), Price::ASSUMED_EMBEDDING);
    let table = format!("preset = \"huggingface-endpoint\"\n{other}{far}");
    assert_eq!(price(&table), Price::FREE, "rented by the hour");
}

#[test]
fn an_empty_file_is_fifty_dollars_and_nobody_to_spend_them_on() {
    let settings = parse("").expect("an empty file");
    assert!(settings.describers.is_empty() && settings.embedders.is_empty());
    assert_eq!(settings.budget.month, Some(50_000_000));
}

#[test]
fn every_mistake_is_named_by_file_table_and_key() {
    for (text, table, key, about) in [
        (
            "[[provider]]\npreset = \"grok\"",
            "[[provider]] 1",
            "preset",
            "groq",
        ),
        (
            "[[provider]]\npreset = \"groq\"",
            "[[provider]] 1",
            "key_env",
            "GROQ_API_KEY",
        ),
        (
            "[[provider]]\npreset = \"groq\"\nkey_env = \"NONE\"",
            "[[provider]] 1",
            "key_env",
            "NONE is not set",
        ),
        (
            "[[provider]]\npreset = \"groq\"\nkey = \"sk-secret-1234\"",
            "[[provider]] 1",
            "key",
            "does not stand in this file",
        ),
        (
            "[[provider]]\npreset = \"groq\"\nkey_file = \"/none/key\"",
            "[[provider]] 1",
            "key_file",
            "/none/key",
        ),
        (
            "[[provider]]\npreset = \"ollama\"\ntemperture = 1",
            "[[provider]] 1",
            "temperture",
            "no such key",
        ),
        (
            "[[provider]]\npreset = \"ollama\"\ntemperature = 3",
            "[[provider]] 1",
            "temperature",
            "0 to 2",
        ),
        (
            "[[provider]]\npreset = \"ollama\"\ntemperature = nan",
            "[[provider]] 1",
            "temperature",
            "0 to 2",
        ),
        (
            "[[provider]]\npreset = \"ollama\"\nmax_tokens = \"many\"",
            "[[provider]] 1",
            "max_tokens",
            "whole number",
        ),
        (
            "[[provider]]\npreset = \"ollama\"\nprice_in = -1",
            "[[provider]] 1",
            "price_in",
            "0 to",
        ),
        (
            "[[provider]]\npreset = \"ollama\"\njson = \"xml\"",
            "[[provider]] 1",
            "json",
            "schema",
        ),
        (
            "[[provider]]\npreset = \"ollama\"\nmodels = []",
            "[[provider]] 1",
            "models",
            "1 to 20",
        ),
        (
            "[[provider]]\npreset = \"ollama\"\n[[provider]]\npreset = \"ollama\"",
            "[[provider]] 2",
            "name",
            "taken",
        ),
        (
            "[[provider]]\npreset = \"vllm\"",
            "[[provider]] 1",
            "model",
            "missing",
        ),
        (
            "[[provider]]\nmodel = \"x\"",
            "[[provider]] 1",
            "base_url",
            "missing",
        ),
        (
            "[[provider]]\nmodel = \"x\"\nbase_url = \"ftp://x\"",
            "[[provider]] 1",
            "base_url",
            "http",
        ),
        (
            "[[provider]]\nmodel = \"x\"\nbase_url = \"https://me:sk-secret@x.example\"",
            "[[provider]] 1",
            "base_url",
            "password",
        ),
        (
            "[[provider]]\nmodel = \"x\"\nkey_env = \"MY_KEY\"\nbase_url = \"http://x.example/v1\"",
            "[[provider]] 1",
            "base_url",
            "https",
        ),
        (
            "[[embedder]]\npreset = \"vllm\"\nmodel = \"x\"",
            "[[embedder]] 1",
            "dims",
            "missing",
        ),
        (
            "[[embedder]]\nmodel = \"x\"",
            "[[embedder]] 1",
            "preset",
            "huggingface",
        ),
        (
            "[budget]\nmonth_usd = \"all\"",
            "[budget]",
            "month_usd",
            "number",
        ),
        (
            "[budget]\nweek_usd = 1",
            "[budget]",
            "week_usd",
            "no such key",
        ),
        ("provider = 1", "the file", "provider", "[[provider]]"),
        ("deadline = 1", "the file", "deadline", "no such key"),
        (
            "a = 1\nkey = \"sk-secret-1234",
            "the file",
            "line 2",
            "TOML",
        ),
    ] {
        let error = parse(text).expect_err(text);
        assert_eq!(
            (error.table.as_str(), error.key.as_str()),
            (table, key),
            "{error}"
        );
        assert!(error.problem.contains(about), "{error}");
        assert!(error.to_string().starts_with("providers.toml, "), "{error}");
        assert!(!error.to_string().contains("sk-secret"), "{error}");
    }
}

#[test]
fn a_key_file_is_found_beside_the_configuration() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("groq.key"), "sk-from-file-123\n").expect("a file");
    let text = "[[provider]]\npreset = \"groq\"\nkey_file = \"groq.key\"";
    let settings = ProviderSettings::parse(text, &folder.path().join("p.toml"), &|_| None)
        .expect("a good file");
    let key = settings.describers[0].endpoint.key.as_ref();
    assert_eq!(
        key.map(|k| k.redact("sk-from-file-123")).as_deref(),
        Some("[key]")
    );
    std::fs::write(folder.path().join("groq.key"), "x".repeat(100_000)).expect("a file");
    assert!(ProviderSettings::parse(text, &folder.path().join("p.toml"), &|_| None).is_err());
}

#[test]
fn a_key_alone_switches_its_preset_on() {
    let settings = env(&[("TOGETHER_API_KEY", "sk-1234"), ("GROQ_API_KEY", " ")]).expect("good");
    assert_eq!(settings.describers.len(), 1);
    let together = &settings.describers[0];
    assert_eq!(together.preset, Preset::Together);
    assert_eq!(
        together.models[0].id,
        "meta-llama/Llama-3.2-90B-Vision-Instruct-Turbo"
    );
    assert_eq!(together.temperature, 0.1);
    let settings = env(&[
        ("HUGGING_FACE_API_KEY", "hf_1234"),
        ("OPENAI_API_KEY", "sk-1234"),
        ("GROQ_API_KEY", "gsk_1234"),
    ])
    .expect("good");
    assert_eq!(settings.describers.len(), 2);
    assert_eq!(settings.embedders[0].dims, 512);
    assert!(env(&[]).expect("good").describers.is_empty());
}

#[test]
fn variables_change_what_the_preset_says() {
    let settings = env(&[
        ("TOGETHER_API_KEY", "sk-1234"),
        ("TOGETHER_MODEL", "some/model"),
        ("TOGETHER_MAX_TOKENS", "2000"),
        ("TOGETHER_TEMPERATURE", "0.3"),
        ("TOGETHER_TIMEOUT", "7"),
    ])
    .expect("good");
    let together = &settings.describers[0];
    assert_eq!(together.models.len(), 1);
    assert_eq!(together.models[0].id, "some/model");
    assert_eq!(together.max_tokens, 2000);
    assert_eq!(together.temperature, 0.3);
    assert_eq!(together.endpoint.timeout, Duration::from_secs(7));
    for (pairs, about) in [
        (
            &[
                ("TOGETHER_API_KEY", "sk-1234"),
                ("TOGETHER_TIMEOUT", "soon"),
            ],
            "TOGETHER_TIMEOUT",
        ),
        (
            &[
                ("TOGETHER_API_KEY", "sk-1234"),
                ("TOGETHER_TEMPERATURE", "9"),
            ],
            "temperature",
        ),
        (&[("TOGETHER_API_KEY", "sk 1234"), ("X", "")], "key"),
    ] {
        let error = env(pairs).expect_err(about).to_string();
        assert!(error.contains(about) && !error.contains("1234"), "{error}");
    }
}

#[test]
fn the_file_goes_before_the_environment() {
    let file =
        parse("[[provider]]\npreset = \"together\"\nkey_env = \"MY_KEY\"\n[budget]\nmonth_usd = 1")
            .expect("good");
    let both =
        file.and(env(&[("TOGETHER_API_KEY", "sk-1"), ("GROQ_API_KEY", "sk-2")]).expect("good"));
    let presets: Vec<Preset> = both.describers.iter().map(|d| d.preset).collect();
    assert_eq!(presets, [Preset::Together, Preset::Groq]);
    assert_eq!(both.budget.month, Some(1_000_000));
}

#[test]
fn the_example_of_the_documentation_is_a_good_file() {
    let example: String = include_str!("settings.rs")
        .lines()
        .skip_while(|line| *line != "//! ```toml")
        .skip(1)
        .take_while(|line| *line != "//! ```")
        .map(|line| line.trim_start_matches("//!").to_owned() + "\n")
        .collect();
    let env = |name: &str| (name == "TOGETHER_API_KEY").then(|| "sk-1234".to_owned());
    let settings = ProviderSettings::parse(&example, Path::new("example.toml"), &env)
        .unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(settings.describers.len(), 2);
    assert_eq!(settings.embedders.len(), 1);
}
