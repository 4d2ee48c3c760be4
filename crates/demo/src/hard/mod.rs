//! Hard materials: wood, stone, terrazzo, ceramic, brick, concrete, plaster, metal, glass, paint, ground.

mod brick;
mod ceramic;
mod ceramic_list;
mod glass;
mod laid;
mod marble_list;
mod metal;
mod metal_list;
mod mineral;
mod sediment;
mod stone;
mod stone_list;
mod terrazzo;
mod wood;
mod wood_list;

use crate::Piece;

/// All of them, sorted by kind.
pub fn pieces() -> Vec<Piece> {
    let mut all = wood_list::pieces();
    all.extend(marble_list::pieces());
    all.extend(stone_list::pieces());
    all.extend(terrazzo::pieces());
    all.extend(ceramic_list::pieces());
    all.extend(brick::pieces());
    all.extend(mineral::pieces());
    all.extend(metal_list::pieces());
    all.extend(glass::pieces());
    all
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_hard_half_is_at_least_130_pieces() {
        let count = super::pieces().len();
        assert!(count >= 130, "{count}");
    }
}
