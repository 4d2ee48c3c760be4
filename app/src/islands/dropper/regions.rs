//! Several parts of one photo, a search for each.

use browser::send::Failed;

use super::{
    crop::Rectangle,
    desk::{self, Photo},
    search,
};

/// The most parts.
pub const MOST: usize = 4;

/// Keeps the rectangle as a part, and begins another.
pub fn add() {
    let kept = desk::change(|desk| {
        let crop = desk.crop?;
        if desk.regions.len() + 1 < MOST {
            desk.regions.push(crop);
            desk.crop = Some(Rectangle::FIRST);
        }
        Some(desk.regions.len())
    });
    if let Some(count) = kept {
        super::stage::say(
            &[
                "Region ",
                &count.to_string(),
                " is kept. Draw the next one.",
            ]
            .concat(),
        );
        desk::focus_next(".crop-box");
    }
}

/// Back to one rectangle.
pub fn forget() {
    desk::change(|desk| desk.regions.clear());
    super::stage::say("One region");
    desk::focus_next(".crop-box");
}

/// Searches with each part in turn; gives the address where the answers stand side by side.
pub async fn send(
    turn: u32,
    photo: Photo,
    areas: Vec<Rectangle>,
    words: &str,
    width: Option<f64>,
) -> Result<String, Failed> {
    let mut address = String::from("/together");
    for (at, area) in areas.into_iter().enumerate() {
        let shrunk = photo
            .original
            .shrink(area.crop())
            .await
            .map_err(|error| Failed::Sentence(error.to_string()))?;
        let answer =
            search::post(turn, Some(shrunk), "", words, width.map(|w| w * area.width)).await?;
        address.push_str(if at == 0 { "?s=" } else { "&s=" });
        address.push_str(&answer.id.unwrap_or_default());
    }
    if !words.is_empty() {
        address.push_str("&q=");
        address.push_str(&String::from(js_sys::encode_uri_component(words)));
    }
    Ok(address)
}
