//! What an operator can watch. Every metric of Veneer is declared here, with its name and its help, and nowhere
//! else; `deploy/grafana/veneer.json` draws them.
//!
//! Labels are closed lists, routes, and names that the operator wrote into a configuration. Nothing of a guest
//! is one: no address, no key, no words, no name of a search.

mod process;

use std::{
    borrow::Cow,
    sync::{LazyLock, atomic::AtomicU64},
    time::Duration,
};

use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Metric, Registry},
};

/// A label: its name and its value.
type Label = (&'static str, Cow<'static, str>);
type Counters<const N: usize> = Family<[Label; N], Counter>;
type Amounts<const N: usize> = Family<[Label; N], Counter<f64, AtomicU64>>;
type Gauges<const N: usize> = Family<[Label; N], Gauge<f64, AtomicU64>>;
type Number = Gauge<f64, AtomicU64>;
type Times<const N: usize> = Family<[Label; N], Histogram, fn() -> Histogram>;

/// A millisecond to half a minute.
const SECONDS: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

fn times() -> Histogram {
    Histogram::new(SECONDS)
}

/// A stage of a search, as it stands in the label `stage`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading and decoding a photo.
    Decode,
    /// The vector of a photo, by the model in use.
    Embed,
    /// Its palette and surface.
    Measure,
    /// What similar materials say it shows.
    Estimate,
    /// Counting what passes the filters.
    Count,
    /// Candidates and their rows.
    Candidates,
    /// Scores, order, reasons.
    Rank,
    /// The whole answer.
    Answer,
}

impl Stage {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Decode,
        Self::Embed,
        Self::Measure,
        Self::Estimate,
        Self::Count,
        Self::Candidates,
        Self::Rank,
        Self::Answer,
    ];

    /// The value of the label.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Embed => "embed",
            Self::Measure => "measure",
            Self::Estimate => "estimate",
            Self::Count => "count",
            Self::Candidates => "candidates",
            Self::Rank => "rank",
            Self::Answer => "answer",
        }
    }
}

/// Where something that may be remembered came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// From this process's memory.
    Here,
    /// From the Redis that is shared.
    Shared,
    /// It had to be computed.
    Not,
}

impl Found {
    fn as_str(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Shared => "shared",
            Self::Not => "not",
        }
    }
}

/// One call of a provider that has ended.
#[derive(Debug, Clone, Copy)]
pub struct ProviderCall<'a> {
    /// Whose service.
    pub provider: &'a str,
    /// Which model.
    pub model: &'a str,
    /// `analysis`, `embedding` …
    pub kind: &'a str,
    /// `ok`, or in a word why not.
    pub outcome: &'a str,
    /// How long it took.
    pub took: Duration,
    /// What it cost, in millionths of a US dollar.
    pub micro_usd: u64,
}

/// A metric as it is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// Its name as Prometheus stores it, without `_bucket`, `_sum`, `_count` of histograms.
    pub name: String,
    /// What it counts, in a sentence.
    pub help: &'static str,
    /// `counter`, `gauge` or `histogram`.
    pub kind: &'static str,
}

/// All metrics of this process.
pub struct Eyes {
    registry: Registry,
    declared: Vec<Declared>,
    requests: Times<3>,
    in_flight: Gauge,
    errors: Counters<1>,
    stages: Times<1>,
    caches: Counters<2>,
    answers: Counters<1>,
    asked: Counter,
    returned: Counter,
    bands: Counters<1>,
    nothing_close: Counter,
    calls: Counters<4>,
    call_times: Times<2>,
    cost: Amounts<1>,
    spent: Gauges<1>,
    cap: Gauges<1>,
    breakers: Gauges<3>,
    coverage: Gauges<1>,
    jobs: Gauges<1>,
    items: Counters<1>,
    materials: Number,
    swatches: Number,
    connections: Gauges<1>,
    ready: Number,
    process: process::Process,
}

/// A registry that remembers what was declared in it.
struct Declaring {
    registry: Registry,
    declared: Vec<Declared>,
}

impl Declaring {
    fn metric<M: Metric + Clone>(
        &mut self,
        kind: &'static str,
        name: &'static str,
        help: &'static str,
        metric: M,
    ) -> M {
        let stored = match kind {
            "counter" => format!("{name}_total"),
            _ => name.to_owned(),
        };
        self.declared.push(Declared {
            name: stored,
            help,
            kind,
        });
        // The registry puts the full stop.
        self.registry
            .register(name, help.trim_end_matches('.'), metric.clone());
        metric
    }

    fn counter<M: Metric + Clone + Default>(
        &mut self,
        name: &'static str,
        help: &'static str,
    ) -> M {
        self.metric("counter", name, help, M::default())
    }

    fn gauge<M: Metric + Clone + Default>(&mut self, name: &'static str, help: &'static str) -> M {
        self.metric("gauge", name, help, M::default())
    }

    fn times<const N: usize>(&mut self, name: &'static str, help: &'static str) -> Times<N> {
        let family = Family::new_with_constructor(times as fn() -> Histogram);
        self.metric("histogram", name, help, family)
    }
}

impl Eyes {
    fn new() -> Self {
        let mut all = Declaring {
            registry: Registry::default(),
            declared: Vec::new(),
        };
        Self {
            requests: all.times(
                "veneer_http_request_duration_seconds",
                "How long requests took, by route, method and class of status.",
            ),
            in_flight: all.gauge(
                "veneer_http_requests_in_flight",
                "Requests that are being answered.",
            ),
            errors: all.counter(
                "veneer_errors",
                "Errors of the use cases that guests were told of, by kind.",
            ),
            stages: all.times(
                "veneer_stage_duration_seconds",
                "How long each stage of a search took.",
            ),
            caches: all.counter(
                "veneer_cache_lookups",
                "What was looked for in memory, by cache and by where it was found: here, shared, not.",
            ),
            answers: all.counter(
                "veneer_answers",
                "Answers that were computed, by how what is nearest in look was found: exact, sketch, index.",
            ),
            asked: all.counter(
                "veneer_candidates_asked",
                "Candidates that answers asked for, or all that pass the filters where those are fewer.",
            ),
            returned: all.counter("veneer_candidates_returned", "Candidates that came back."),
            bands: all.counter(
                "veneer_results_by_band",
                "Materials in answers, by band: close, related, weak.",
            ),
            nothing_close: all.counter(
                "veneer_answers_nothing_close",
                "Answers that said that nothing is close.",
            ),
            calls: all.counter(
                "veneer_provider_calls",
                "Calls of vision models behind HTTP, by provider, model, kind and outcome.",
            ),
            call_times: all.times(
                "veneer_provider_call_duration_seconds",
                "How long such calls took, by provider and kind.",
            ),
            cost: all.counter(
                "veneer_provider_cost_usd",
                "What such calls cost, in US dollars, by provider.",
            ),
            spent: all.gauge(
                "veneer_spent_usd",
                "What counts against the budget, in US dollars, by period: day, month. Over all processes.",
            ),
            cap: all.gauge(
                "veneer_budget_usd",
                "The budget, in US dollars, by period: day, month.",
            ),
            breakers: all.gauge(
                "veneer_provider_breaker",
                "1 for the state that a provider's breaker is in: closed, open, half-open, gone.",
            ),
            coverage: all.gauge(
                "veneer_model_coverage_ratio",
                "The share of swatches with a vector, by model.",
            ),
            jobs: all.gauge("veneer_jobs", "Jobs, by state."),
            items: all.counter(
                "veneer_import_items",
                "Materials of imports that came to an end, by outcome: created, changed, unchanged, deleted, refused.",
            ),
            materials: all.gauge("veneer_library_materials", "Materials in the library."),
            swatches: all.gauge("veneer_library_swatches", "Swatches in the library."),
            connections: all.gauge(
                "veneer_database_connections",
                "Connections to the database, by state: used, idle.",
            ),
            ready: all.gauge(
                "veneer_ready",
                "1 where this process can answer, as /readyz says it.",
            ),
            process: process::Process {
                memory: all.gauge(
                    "process_resident_memory_bytes",
                    "Memory of this process.",
                ),
                files: all.gauge("process_open_fds", "Open files of this process."),
                cpu: all.counter(
                    "process_cpu_seconds",
                    "Time that this process computed.",
                ),
                threads: all.gauge("process_threads", "Threads of this process."),
            },
            registry: all.registry,
            declared: all.declared,
        }
    }

    /// Every metric there is.
    pub fn declared(&self) -> &[Declared] {
        &self.declared
    }

    /// All of them as OpenMetrics text.
    ///
    /// # Errors
    /// Never in practice: it is written into memory.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        self.process.look();
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// A request begins; it ends when what is returned is dropped.
    pub fn request_begins(&self) -> InFlight<'_> {
        self.in_flight.inc();
        InFlight(self)
    }

    /// A request has been answered. `route` is the pattern that it matched, never its address.
    pub fn request(&self, route: &str, method: &'static str, status: u16, took: Duration) {
        let class = match status / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        let labels = [
            ("route", Cow::Owned(route.to_owned())),
            ("method", method.into()),
            ("status", class.into()),
        ];
        self.requests
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
    }

    /// A guest was told of an error of this kind.
    pub fn error(&self, kind: &'static str) {
        self.errors.get_or_create(&[("kind", kind.into())]).inc();
    }

    /// A stage took so long.
    pub fn stage(&self, stage: Stage, took: Duration) {
        let labels = [("stage", stage.as_str().into())];
        self.stages
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
    }

    /// Something was looked for in memory.
    pub fn cache(&self, cache: &'static str, found: Found) {
        let labels = [("cache", cache.into()), ("found", found.as_str().into())];
        self.caches.get_or_create(&labels).inc();
    }

    /// An answer was computed: how what is nearest was found, and how many candidates were asked for and came.
    pub fn answer(&self, path: &'static str, asked: u64, returned: u64) {
        self.answers.get_or_create(&[("path", path.into())]).inc();
        self.asked.inc_by(asked);
        self.returned.inc_by(returned);
    }

    /// So many materials of an answer are so near.
    pub fn band(&self, band: &'static str, count: u64) {
        self.bands
            .get_or_create(&[("band", band.into())])
            .inc_by(count);
    }

    /// An answer said that nothing is close.
    pub fn nothing_close(&self) {
        self.nothing_close.inc();
    }

    /// A call of a provider has ended.
    pub fn provider_call(&self, call: &ProviderCall<'_>) {
        let own = |text: &str| Cow::Owned(text.to_owned());
        self.calls
            .get_or_create(&[
                ("provider", own(call.provider)),
                ("model", own(call.model)),
                ("kind", own(call.kind)),
                ("outcome", own(call.outcome)),
            ])
            .inc();
        self.call_times
            .get_or_create(&[("provider", own(call.provider)), ("kind", own(call.kind))])
            .observe(call.took.as_secs_f64());
        self.cost
            .get_or_create(&[("provider", own(call.provider))])
            .inc_by(usd(call.micro_usd));
    }

    /// What counts against the budget today and this month, and what each is at most; in millionths of a US
    /// dollar.
    pub fn money(&self, spent: [u64; 2], caps: [Option<u64>; 2]) {
        for ((period, spent), cap) in ["day", "month"].into_iter().zip(spent).zip(caps) {
            let labels = [("period", period.into())];
            self.spent.get_or_create(&labels).set(usd(spent));
            if let Some(cap) = cap {
                self.cap.get_or_create(&labels).set(usd(cap));
            }
        }
    }

    /// The state of every breaker: provider, model, and `closed`, `open`, `half-open` or `gone`.
    pub fn breakers(&self, now: &[(String, String, &'static str)]) {
        // The state before is gone, not 0.
        self.breakers.clear();
        for (provider, model, state) in now {
            let labels = [
                ("provider", provider.clone().into()),
                ("model", model.clone().into()),
                ("state", (*state).into()),
            ];
            self.breakers.get_or_create(&labels).set(1.0);
        }
    }

    /// The share of swatches that a model has a vector of.
    pub fn coverage(&self, model: &str, share: f64) {
        let labels = [("model", Cow::Owned(model.to_owned()))];
        self.coverage.get_or_create(&labels).set(share);
    }

    /// How many jobs are in which state.
    pub fn jobs(&self, now: &[(String, u64)]) {
        self.jobs.clear();
        for (state, count) in now {
            let labels = [("state", state.clone().into())];
            self.jobs.get_or_create(&labels).set(*count as f64);
        }
    }

    /// So many materials of an import came to this end.
    pub fn items(&self, outcome: &'static str, count: u64) {
        // What never happened has no series.
        if count > 0 {
            let labels = [("outcome", outcome.into())];
            self.items.get_or_create(&labels).inc_by(count);
        }
    }

    /// Rows of the library.
    pub fn library(&self, materials: u32, swatches: u32) {
        self.materials.set(f64::from(materials));
        self.swatches.set(f64::from(swatches));
    }

    /// Connections to the database.
    pub fn connections(&self, used: u32, idle: u32) {
        for (state, count) in [("used", used), ("idle", idle)] {
            let labels = [("state", state.into())];
            self.connections
                .get_or_create(&labels)
                .set(f64::from(count));
        }
    }

    /// Whether this process can answer.
    pub fn ready(&self, ready: bool) {
        self.ready.set(f64::from(u8::from(ready)));
    }
}

/// A request that is being answered.
pub struct InFlight<'a>(&'a Eyes);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.in_flight.dec();
    }
}

fn usd(micro: u64) -> f64 {
    micro as f64 / 1e6
}

/// The metrics of this process.
pub fn eyes() -> &'static Eyes {
    static EYES: LazyLock<Eyes> = LazyLock::new(Eyes::new);
    &EYES
}

#[cfg(test)]
mod tests;
