//! A photo as it came, brought upright and small before anything leaves the device.
//!
//! The browser decodes. A JPEG goes through WebCodecs' `ImageDecoder` where there is one, because
//! it decodes at an eighth, two eighths … of the size: the inverse DCT then works on fewer
//! coefficients, and a 12-megapixel photo takes about half the time of a full decode. Everything
//! else goes through `createImageBitmap`.
//!
//! The answer is a JPEG. On the photos of `end2end/bench`, at the same SSIM of 0.933, WebP was an
//! eighth smaller (161 KB, not 183) but took two and a half times as long (235 ms, not 93), more
//! than the whole of what others take: worth it on the slowest lines only.

use photo::{Crop, Format, PhotoError};
use wasm_bindgen::JsValue;

use super::{
    header::{self, HEAD_BYTES, Header, Jpeg},
    js::{self, Outcome, call, get, make, number, object, set, wait},
};

/// The longer side of what is sent, in pixels; the server needs no more.
pub const MAX_SIDE: u32 = 1280;
/// The longer side of the picture kept beside the results.
const THUMBNAIL_SIDE: u32 = 320;
/// What is sent stays below this, whatever the picture.
const MAX_SENT_BYTES: f64 = 240_000.0;
/// JPEG qualities, tried in turn until the picture fits. The first is the measured choice.
const QUALITIES: [f64; 5] = [0.75, 0.68, 0.58, 0.45, 0.3];
/// Larger files are not read at all.
const MAX_FILE_BYTES: f64 = 100e6;
/// More pixels would ask for more memory than a phone's browser gives.
const MAX_PIXELS: u64 = 120_000_000;
/// How much larger than needed a JPEG is decoded; less would cost sharpness.
const MARGIN: f64 = 1.5;

/// A picture ready to send.
#[derive(Debug, Clone)]
pub struct Shrunk {
    /// An upright JPEG without metadata (a `Blob`).
    pub file: JsValue,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    canvas: JsValue,
}

impl Shrunk {
    /// Bytes that will be sent.
    pub fn bytes(&self) -> f64 {
        number(&self.file, "size")
    }

    /// Its pixels: red, green, blue, alpha.
    ///
    /// # Errors
    /// What the browser throws.
    pub fn pixels(&self) -> Result<Vec<u8>, JsValue> {
        pixels(&self.canvas)
    }

    /// A still smaller copy as a `data:` address.
    ///
    /// # Errors
    /// What the browser throws.
    pub async fn thumbnail(&self) -> Result<String, JsValue> {
        let (width, height) = fit(
            f64::from(self.width),
            f64::from(self.height),
            THUMBNAIL_SIDE,
        );
        let (canvas, context) = canvas(width, height)?;
        let place = [
            self.canvas.clone(),
            0.into(),
            0.into(),
            width.into(),
            height.into(),
        ];
        call(&context, "drawImage", place)?;
        super::data_url(&encode(&canvas, 0.7).await?).await
    }
}

/// The pixels of a canvas: red, green, blue, alpha.
///
/// # Errors
/// What the browser throws.
pub fn pixels(canvas: &JsValue) -> Result<Vec<u8>, JsValue> {
    let context = call(canvas, "getContext", ["2d".into()])?;
    let all = [
        0.into(),
        0.into(),
        get(canvas, "width"),
        get(canvas, "height"),
    ];
    let data = get(&call(&context, "getImageData", all)?, "data");
    Ok(js_sys::Uint8Array::new(&get(&data, "buffer")).to_vec())
}

/// A file as the person gave it, with what its first bytes say.
#[derive(Debug, Clone)]
pub struct Original {
    file: JsValue,
    header: Option<Header>,
    kind: Result<Format, PhotoError>,
}

impl Original {
    /// Reads the first bytes of `file` (a `Blob`).
    ///
    /// # Errors
    /// When it is empty, not an image at all, or larger than this page takes.
    pub async fn read(file: JsValue) -> Result<Self, PhotoError> {
        let bytes = number(&file, "size");
        if bytes > MAX_FILE_BYTES {
            return Err(PhotoError::TooManyBytes {
                bytes: bytes as u64,
                max_bytes: MAX_FILE_BYTES as u64,
            });
        }
        let head = super::bytes(&file, HEAD_BYTES)
            .await
            .map_err(|_| PhotoError::Damaged("file"))?;
        let kind = photo::sniff(&head);
        if let Err(error @ (PhotoError::Empty | PhotoError::NotAnImage)) = kind {
            return Err(error);
        }
        let header = header::read(&head);
        if let Some(header) = &header {
            let pixels = u64::from(header.width) * u64::from(header.height);
            if pixels > MAX_PIXELS {
                return Err(PhotoError::TooManyPixels {
                    pixels,
                    max_pixels: MAX_PIXELS,
                });
            }
        }
        Ok(Self { file, header, kind })
    }

    /// Size of the file in bytes.
    pub fn bytes(&self) -> f64 {
        number(&self.file, "size")
    }

    /// Brings the picture, or the part of it inside `crop`, to at most [`MAX_SIDE`] and encodes it.
    ///
    /// # Errors
    /// What is wrong with the file, in the words the server would use. A kind the server does not
    /// take is no error if this browser can open it.
    pub async fn shrink(&self, crop: Option<Crop>) -> Result<Shrunk, PhotoError> {
        // The browser says only that it failed; the first bytes say why.
        self.draw(crop).await.map_err(|_| match &self.kind {
            Ok(format) => PhotoError::Damaged(format.name()),
            Err(error) => error.clone(),
        })
    }

    async fn draw(&self, crop: Option<Crop>) -> Result<Shrunk, JsValue> {
        let scaled = match &self.header {
            Some(header) => open_scaled(&self.file, header, crop).await.ok(),
            None => None,
        };
        let source = match scaled {
            Some(source) => source,
            None => open_whole(&self.file).await?,
        };
        let drawn = paint(&source, crop);
        // its memory would wait for the garbage collector otherwise
        call(&source.picture, "close", [])?;
        let canvas = drawn?;
        let mut file = encode(&canvas, QUALITIES[0]).await?;
        for quality in &QUALITIES[1..] {
            if number(&file, "size") <= MAX_SENT_BYTES {
                break;
            }
            file = encode(&canvas, *quality).await?;
        }
        Ok(Shrunk {
            file,
            width: number(&canvas, "width") as u32,
            height: number(&canvas, "height") as u32,
            canvas,
        })
    }
}

/// A decoded picture with the size it stands for.
struct Source {
    /// A `VideoFrame` or an `ImageBitmap`.
    picture: JsValue,
    /// Pixels of the file across and down as stored, even if decoded smaller.
    width: f64,
    height: f64,
    orientation: u8,
}

/// Decodes a JPEG at the smallest of its own scales that is large enough.
async fn open_scaled(
    file: &JsValue,
    header: &Header,
    crop: Option<Crop>,
) -> Result<Source, JsValue> {
    let jpeg = header.jpeg.as_ref().ok_or(JsValue::NULL)?;
    let (width, height) = (f64::from(header.width), f64::from(header.height));
    let part = crop.map_or((1.0, 1.0), |c| {
        (f64::from(c.width()), f64::from(c.height()))
    });
    let longer = if jpeg.orientation > 4 {
        (width * part.1).max(height * part.0)
    } else {
        (width * part.0).max(height * part.1)
    };
    let eighths = (8.0 * MARGIN * f64::from(MAX_SIDE) / longer)
        .ceil()
        .min(8.0);
    let options = object([
        ("type", Format::Jpeg.mime().into()),
        ("data", call(&without_exif(file, jpeg)?, "stream", [])?),
        ("desiredWidth", (width * eighths / 8.0).ceil().into()),
        ("desiredHeight", (height * eighths / 8.0).ceil().into()),
    ]);
    let decoder = make("ImageDecoder", [options])?;
    let decoded = wait(call(&decoder, "decode", [])).await;
    call(&decoder, "close", [])?;
    Ok(Source {
        picture: get(&decoded?, "image"),
        width,
        height,
        orientation: jpeg.orientation,
    })
}

/// Browsers do not agree on whether an `ImageDecoder` turns pictures, so none is told to: the
/// segment that says so is left out, and the drawing turns.
fn without_exif(file: &JsValue, jpeg: &Jpeg) -> Outcome {
    let Some(exif) = &jpeg.exif else {
        return Ok(file.clone());
    };
    let parts = js::list([
        call(file, "slice", [0.into(), exif.start.into()])?,
        call(file, "slice", [exif.end.into()])?,
    ]);
    make("Blob", [parts.into()])
}

/// Decodes any picture the browser knows, upright.
async fn open_whole(file: &JsValue) -> Result<Source, JsValue> {
    let options = object([("imageOrientation", "from-image".into())]);
    let picture = wait(call(
        &super::window(),
        "createImageBitmap",
        [file.clone(), options],
    ))
    .await?;
    Ok(Source {
        width: number(&picture, "width"),
        height: number(&picture, "height"),
        picture,
        orientation: 1,
    })
}

/// Draws the part inside `crop` upright and small.
fn paint(source: &Source, crop: Option<Crop>) -> Outcome {
    let (width, height) = if source.orientation > 4 {
        (source.height, source.width)
    } else {
        (source.width, source.height)
    };
    let (left, top, part_width, part_height) = crop.map_or((0.0, 0.0, width, height), |c| {
        (
            f64::from(c.x()) * width,
            f64::from(c.y()) * height,
            f64::from(c.width()) * width,
            f64::from(c.height()) * height,
        )
    });
    let (across, down) = fit(part_width, part_height, MAX_SIDE);
    let (canvas, context) = canvas(across, down)?;
    let (sx, sy) = (
        f64::from(across) / part_width,
        f64::from(down) / part_height,
    );
    let [a, b, c, d, e, f] = upright(source.orientation, source.width, source.height);
    let matrix = [
        a * sx,
        b * sy,
        c * sx,
        d * sy,
        (e - left) * sx,
        (f - top) * sy,
    ];
    call(&context, "setTransform", matrix.map(JsValue::from))?;
    let place = [
        source.picture.clone(),
        0.into(),
        0.into(),
        source.width.into(),
        source.height.into(),
    ];
    call(&context, "drawImage", place)?;
    Ok(canvas)
}

/// The transform (a b c d e f of a canvas) that turns a stored picture upright.
fn upright(orientation: u8, width: f64, height: f64) -> [f64; 6] {
    match orientation {
        2 => [-1.0, 0.0, 0.0, 1.0, width, 0.0],
        3 => [-1.0, 0.0, 0.0, -1.0, width, height],
        4 => [1.0, 0.0, 0.0, -1.0, 0.0, height],
        5 => [0.0, 1.0, 1.0, 0.0, 0.0, 0.0],
        6 => [0.0, 1.0, -1.0, 0.0, height, 0.0],
        7 => [0.0, -1.0, -1.0, 0.0, height, width],
        8 => [0.0, -1.0, 1.0, 0.0, 0.0, width],
        _ => [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
    }
}

/// The size that fits into a square of `side`; a picture is never made larger.
fn fit(width: f64, height: f64, side: u32) -> (u32, u32) {
    let scale = (f64::from(side) / width.max(height)).min(1.0);
    let pixels = |length: f64| (length * scale).round().max(1.0) as u32;
    (pixels(width), pixels(height))
}

/// A white canvas that stays in memory, since it is read back at once, and its context.
fn canvas(width: u32, height: u32) -> Result<(JsValue, JsValue), JsValue> {
    let canvas = make("OffscreenCanvas", [width.into(), height.into()])?;
    let options = object([("alpha", false.into()), ("willReadFrequently", true.into())]);
    let context = call(&canvas, "getContext", ["2d".into(), options])?;
    set(&context, "imageSmoothingQuality", "high");
    set(&context, "fillStyle", "#fff");
    let all = [0.into(), 0.into(), width.into(), height.into()];
    call(&context, "fillRect", all)?;
    Ok((canvas, context))
}

async fn encode(canvas: &JsValue, quality: f64) -> Outcome {
    let options = object([
        ("type", Format::Jpeg.mime().into()),
        ("quality", quality.into()),
    ]);
    wait(call(canvas, "convertToBlob", [options])).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_fits_and_never_grows() {
        assert_eq!(fit(4000.0, 3000.0, 1280), (1280, 960));
        assert_eq!(fit(3000.0, 4000.0, 1280), (960, 1280));
        assert_eq!(fit(640.0, 480.0, 1280), (640, 480));
        assert_eq!(fit(10_000.0, 1.0, 1280), (1280, 1));
    }

    #[test]
    fn every_orientation_lands_inside_the_upright_picture() {
        let (width, height) = (40.0, 30.0);
        for orientation in 1..=8 {
            let [a, b, c, d, e, f] = upright(orientation, width, height);
            let (across, down) = if orientation > 4 {
                (height, width)
            } else {
                (width, height)
            };
            let corners = [(0.0, 0.0), (width, 0.0), (0.0, height), (width, height)];
            let mut landed = corners.map(|(x, y)| (a * x + c * y + e, b * x + d * y + f));
            landed.sort_by(|p, q| p.partial_cmp(q).unwrap_or(std::cmp::Ordering::Equal));
            assert_eq!(
                landed,
                [(0.0, 0.0), (0.0, down), (across, 0.0), (across, down)],
                "orientation {orientation}"
            );
        }
        // 6: the camera was turned clockwise, so the stored left edge is the top
        let [a, b, c, d, e, f] = upright(6, width, height);
        assert_eq!(
            (a * 0.0 + c * height + e, b * 0.0 + d * height + f),
            (0.0, 0.0)
        );
    }
}
