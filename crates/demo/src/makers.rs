//! The makers of the demo library. None of them exists; the names were invented for it.

/// Solid and engineered floors.
pub const MARROW: &str = "Marrow & Lathe";
/// Veneers and joinery boards.
pub const TIDEWATER: &str = "Tidewater Veneer Works";
/// Marble, onyx, travertine, limestone.
pub const SOLENNE: &str = "Cava Solenne";
/// Granite, slate, sandstone, quartzite, paving.
pub const GRAYSTOKE: &str = "Graystoke Quarries";
/// Terrazzo and quartz.
pub const MINUTA: &str = "Pietra Minuta";
/// Porcelain and glazed tile.
pub const OFENROT: &str = "Ofenrot Keramik";
/// Zellige, mosaic, terracotta, cement tile.
pub const NADOUN: &str = "Atelier Nadoun";
/// Bricks and roof tiles.
pub const AMMERLUND: &str = "Ziegelwerk Ammerlund";
/// Concrete.
pub const NORDKAI: &str = "Betonwerk Nordkai";
/// Plaster, limewash, paint.
pub const QUIETA: &str = "Calce Quieta";
/// Paint.
pub const PARISH: &str = "Pigment Parish";
/// Metal.
pub const VANE: &str = "Ferrum & Vane";
/// Glass.
pub const ORLO: &str = "Vitrine Orlo";
/// Fabrics.
pub const LINDQVARN: &str = "Lindqvarn Textil";
/// Wools and jacquards.
pub const MORROW: &str = "Morrow Weaving Sheds";
/// Leather.
pub const HIDEBROOK: &str = "Hidebrook Tannery";
/// Carpets and rugs.
pub const UNDERFOOT: &str = "Underfoot Union";
/// Paper and wallpaper.
pub const LUNAIRE: &str = "Papeterie Lunaire";
/// Cork, rubber, linoleum.
pub const SUBER: &str = "Suber & Lind";
/// Laminate and recycled plastic.
pub const PLANKTON: &str = "Plankton Polymers";

/// All of them.
pub const ALL: [&str; 20] = [
    MARROW, TIDEWATER, SOLENNE, GRAYSTOKE, MINUTA, OFENROT, NADOUN, AMMERLUND, NORDKAI, QUIETA,
    PARISH, VANE, ORLO, LINDQVARN, MORROW, HIDEBROOK, UNDERFOOT, LUNAIRE, SUBER, PLANKTON,
];
