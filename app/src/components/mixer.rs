//! A palette put together: a form that is whole without JavaScript. With it, the module `mixer` wakes the form:
//! colours are then picked from a photo that stays on the device, found by name, and their shares dragged.

use leptos::{nonce::use_nonce, prelude::*};
use material::{Palette, hex, lrv, trade_name};

/// What stands in a field of colour that was not used.
const BLANK: &str = "#b3a999";

/// The form for up to five colours and their shares. It starts with `palette` and offers `names`; `module` is the
/// address of the script that wakes it, where that was built.
pub fn mixer(palette: Option<&Palette>, names: Vec<&'static str>, module: Option<&str>) -> AnyView {
    let fresh = palette.is_none().then_some("");
    let rows: Vec<_> = (0..Palette::MOST).map(|i| row(i, palette)).collect();
    let options = names
        .into_iter()
        .map(|name| view! { <option value=name></option> });
    view! {
        <form
            class="mix"
            method="get"
            action="/library"
            data-fresh=fresh
            data-wakes=module.map(|_| "")
        >
            {photo()}
            <div class="mix-colours">
                {strip(palette)}
                <ol class="mix-rows">{rows}</ol>
                <div class="mix-add">
                    <label class="mix-add-field">
                        <span>"Add a colour by name or code"</span>
                        <input
                            class="field mix-called"
                            type="text"
                            list="colour-names"
                            maxlength="60"
                            autocomplete="off"
                            autocapitalize="off"
                            spellcheck="false"
                            placeholder="sage, light oak grey, #c8b59a"
                        />
                    </label>
                    <datalist id="colour-names">{options.collect_view()}</datalist>
                    <button class="button mix-add-go" type="button">
                        "Add"
                    </button>
                </div>
                <p class="mix-whole" hidden=palette.is_none()>
                    "Light reflectance of the whole: "
                    <output class="mix-lrv">
                        {palette.map(|palette| format!("{:.0}", palette.lrv()))}
                    </output>
                </p>
                <p class="mix-error" role="alert"></p>
                <p class="mix-said visually-hidden" role="status"></p>
                <div class="mix-actions">
                    <button class="button button-main mix-go" type="submit">
                        "Find materials"
                    </button>
                </div>
            </div>
        </form>
        {module.map(wake)}
    }
    .into_any()
}

/// The script that wakes the form. Should it not arrive, the form is as without JavaScript.
fn wake(module: &str) -> AnyView {
    let script = format!(
        "import('{module}').then(m=>m.default()).catch(()=>document.querySelector('.mix').removeAttribute('data-wakes'))"
    );
    view! {
        <link rel="modulepreload" href=module.to_owned() />
        <script type="module" nonce=use_nonce()>
            {script}
        </script>
    }
    .into_any()
}

/// The colours side by side, each as wide as its share, and the borders between them to drag.
fn strip(palette: Option<&Palette>) -> AnyView {
    let parts = palette.map(Palette::parts).unwrap_or_default();
    let segments = (0..Palette::MOST).map(|i| {
        let part = parts.get(i);
        let style = part.map(|p| format!("background:{};flex-grow:{}", p.code(), p.share()));
        view! { <span class="mix-segment" style=style hidden=part.is_none()></span> }
    });
    let borders = (1..Palette::MOST).map(|i| {
        let before: u32 = parts.iter().take(i).map(|p| u32::from(p.share())).sum();
        let style = format!("left:{before}%");
        let unused = i >= parts.len();
        view! { <span class="mix-border" style=style hidden=unused></span> }
    });
    view! {
        <div class="mix-strip" aria-hidden="true" hidden=palette.is_none()>
            {segments.collect_view()}
            {borders.collect_view()}
        </div>
    }
    .into_any()
}

/// One colour: its field, its name, its share.
fn row(i: usize, palette: Option<&Palette>) -> AnyView {
    let part = palette.and_then(|palette| palette.parts().get(i));
    let code = part.map_or(BLANK, |part| part.code()).to_owned();
    let share = match (part, palette) {
        (Some(part), _) => part.share().to_string(),
        // Something is asked even if nobody touches the form.
        (None, None) if i == 0 => "100".to_owned(),
        (None, _) => String::new(),
    };
    let (name, light) = part.map_or_else(Default::default, |part| {
        let lab = part.lab();
        (
            [trade_name(lab), " ", &hex(lab)].concat(),
            format!("LRV {:.0}", lrv(lab)),
        )
    });
    let n = (i + 1).to_string();
    view! {
        <li class="mix-row" data-n=i.to_string() data-blank=part.is_none().then_some("")>
            <label class="mix-colour">
                <span class="visually-hidden">"Colour " {n.clone()}</span>
                <input type="color" name="palette" value=code />
            </label>
            <span class="mix-words">
                <span class="mix-name">{name}</span>
                <span class="mix-light">{light}</span>
            </span>
            <label class="mix-share">
                <span class="visually-hidden">"Share of colour " {n.clone()} ", per cent"</span>
                <input
                    class="field"
                    type="number"
                    name="share"
                    min="0"
                    max="100"
                    step="1"
                    inputmode="numeric"
                    value=share
                />
                <span aria-hidden="true">"%"</span>
            </label>
            <button class="mix-remove" type="button" hidden>
                <span class="visually-hidden">"Take off colour " {n}</span>
                <svg class="chip-x" viewBox="0 0 12 12" aria-hidden="true">
                    <path d="m3 3 6 6M9 3 3 9" />
                </svg>
            </button>
        </li>
    }
    .into_any()
}

/// The photo to pick from. Of no use without JavaScript, so it waits for it.
fn photo() -> impl IntoView {
    view! {
        <section class="mix-photo" aria-label="Colours from a photo">
            <div class="mix-tools">
                <label class="button mix-choose">
                    <input class="mix-file" type="file" accept="image/*,.heic,.heif" />
                    <span>"Take colours from a photo"</span>
                </label>
                <button class="button mix-main" type="button" hidden>
                    "Its main colours"
                </button>
                <button class="button mix-white" type="button" aria-pressed="false" hidden>
                    "This is white paper"
                </button>
                <button class="button mix-undo" type="button" hidden>
                    "Undo the correction"
                </button>
            </div>
            <p class="note mix-note">"The photo stays on this device."</p>
            <div class="mix-stage" hidden>
                <canvas
                    class="mix-canvas"
                    tabindex="0"
                    role="application"
                    aria-label="Your photo, to pick colours from"
                    aria-describedby="mix-help"
                ></canvas>
                <div class="mix-loupe" aria-hidden="true" hidden>
                    <canvas width="136" height="136"></canvas>
                    <span class="mix-loupe-name"></span>
                </div>
            </div>
            <p id="mix-help" class="note mix-help" hidden>
                "Click to pick a colour. By keyboard: arrows move, with Shift further, Enter picks."
            </p>
            <div class="mix-pair" hidden>
                <figure>
                    <canvas class="mix-was"></canvas>
                    <figcaption>"As it was taken"</figcaption>
                </figure>
                <figure>
                    <canvas class="mix-is"></canvas>
                    <figcaption>"Under daylight"</figcaption>
                </figure>
            </div>
        </section>
    }
}
