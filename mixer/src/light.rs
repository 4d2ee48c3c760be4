//! The light a photo was taken in: what is known to be white takes its colour out.

use photo::{NotWhite, WhiteBalance, mean_colour};

use crate::{
    board::{REACH, fail, focus, paint, say, with},
    mix::change,
};

/// The next pick is white paper, or is not any more.
pub fn ask_for_white() {
    with(|board| board.asks_for_white = !board.asks_for_white);
    paint();
    focus();
}

/// Shows the photo as it was taken.
pub fn undo_white() {
    with(|board| {
        board.shown.clone_from(&board.taken);
        board.corrected = false;
    });
    paint();
    pick_again();
    say("The photo is as it was taken.");
}

/// Takes what lies at a pixel for white paper.
pub fn correct(x: usize, y: usize) {
    let corrected = with(|board| {
        let paper = mean_colour(&board.taken, board.width, x, y, REACH).unwrap_or_default();
        let balance = WhiteBalance::from_paper(paper)?;
        board.shown.clone_from(&board.taken);
        balance.apply_all(&mut board.shown);
        board.corrected = true;
        board.asks_for_white = false;
        Ok::<_, NotWhite>(())
    });
    match corrected {
        Some(Ok(())) => {
            paint();
            pick_again();
            say("The light is corrected. Colours picked before follow it.");
        }
        Some(Err(why)) => fail(why.to_string()),
        None => {}
    }
}

/// Colours that were picked in the photo are picked once more in its new light.
fn pick_again() {
    with(|board| {
        change(|mix| {
            for pick in &mut mix.picks {
                if let Some(code) = pick.at.and_then(|at| board.code_at(at)) {
                    pick.code = code;
                }
            }
        });
    });
}
