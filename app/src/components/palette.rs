//! The colours of a surface as a strip, each as wide as its share.

use leptos::prelude::*;
use material::{Colour, hex, lrv, trade_name};

/// Narrower than this a colour could not be seen in the strip.
const LEAST_SHARE: f32 = 0.02;

/// A strip of colours, each as wide as its share.
pub fn strip(colours: &[Colour]) -> Option<AnyView> {
    if colours.is_empty() {
        return None;
    }
    let strip: Vec<_> = colours
        .iter()
        .map(|c| {
            let style = format!(
                "--ground:{};flex-grow:{:.3}",
                hex(c.lab),
                c.share.max(LEAST_SHARE)
            );
            view! { <span style=style></span> }
        })
        .collect();
    Some(
        view! {
            <div class="palette-strip" aria-hidden="true">
                {strip}
            </div>
        }
        .into_any(),
    )
}

/// A strip of colours, and below it each by name with its share and its light reflectance value.
pub fn palette(colours: &[Colour]) -> Option<AnyView> {
    let strip = strip(colours)?;
    let rows: Vec<_> = colours
        .iter()
        .map(|c| {
            let code = hex(c.lab);
            view! {
                <tr>
                    <th scope="row">
                        <span class="dot" style=format!("--ground:{code}")></span>
                        {trade_name(c.lab)}
                    </th>
                    <td class="palette-code">{code}</td>
                    <td>{percent(c.share)}</td>
                    <td>{format!("{:.0}", lrv(c.lab))}</td>
                </tr>
            }
        })
        .collect();
    Some(view! {
        <div class="palette">
            {strip}
            <table class="palette-table">
                <caption class="visually-hidden">"Colours by share of the surface"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Colour"</th>
                        <th scope="col">"Code"</th>
                        <th scope="col">"Share"</th>
                        <th scope="col">
                            <abbr title="Light reflectance value, 0 black to 100 white">"LRV"</abbr>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }.into_any())
}

/// A share in whole per cent; what is there but rounds to nothing says so.
pub fn percent(share: f32) -> String {
    let whole = (share.clamp(0.0, 1.0) * 100.0).round();
    if whole < 1.0 {
        "< 1 %".to_owned()
    } else {
        format!("{whole:.0} %")
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn small_shares_do_not_read_as_none() {
        assert_eq!(percent(0.004), "< 1 %");
        assert_eq!(percent(0.418), "42 %");
        assert_eq!(percent(7.0), "100 %");
    }
}
