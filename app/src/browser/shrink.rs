//! A photo as it came, brought upright and small before anything leaves the device.
//!
//! The browser decodes. A JPEG goes through WebCodecs' `ImageDecoder` where there is one, because
//! it decodes at an eighth, two eighths … of the size: the inverse DCT then works on fewer
//! coefficients, and a 12-megapixel photo takes about half the time of a full decode. Everything
//! else goes through `createImageBitmap`.
//!
//! The answer is a JPEG: `end2end/bench` shows WebP a fifth smaller at the same SSIM, but twice as
//! slow to encode here, which costs more time than the bytes save on all but the slowest lines.

use js_sys::{Array, Object, Reflect};
use photo::{Crop, Format, PhotoError};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, ImageBitmap, ImageBitmapOptions, ImageEncodeOptions, ImageOrientation,
    OffscreenCanvas, OffscreenCanvasRenderingContext2d,
};

use super::header::{self, HEAD_BYTES, Header};

/// The longer side of what is sent, in pixels; the server needs no more.
pub const MAX_SIDE: u32 = 1280;
/// The longer side of the picture kept beside the results.
const THUMBNAIL_SIDE: u32 = 320;
/// What is sent stays below this, whatever the picture.
const MAX_SENT_BYTES: f64 = 240_000.0;
/// JPEG qualities, tried in turn until the picture fits. The first is the measured choice.
const QUALITIES: [f64; 3] = [0.72, 0.5, 0.3];
/// Larger files are not read at all.
const MAX_FILE_BYTES: f64 = 100e6;
/// More pixels would ask for more memory than a phone's browser gives.
const MAX_PIXELS: u64 = 120_000_000;
/// How much larger than needed a JPEG is decoded; less would cost sharpness.
const MARGIN: f64 = 1.5;

/// A picture ready to send.
#[derive(Debug, Clone)]
pub struct Shrunk {
    /// An upright JPEG without metadata.
    pub blob: Blob,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    canvas: OffscreenCanvas,
}

impl Shrunk {
    /// A still smaller copy as a `data:` address.
    pub async fn thumbnail(&self) -> Option<String> {
        let (width, height) = fit(f64::from(self.width), f64::from(self.height), THUMBNAIL_SIDE);
        let canvas = OffscreenCanvas::new(width, height).ok()?;
        let context = context(&canvas).ok()?;
        let source: &ImageBitmap = self.canvas.unchecked_ref();
        context
            .draw_image_with_image_bitmap_and_dw_and_dh(
                source,
                0.0,
                0.0,
                f64::from(width),
                f64::from(height),
            )
            .ok()?;
        super::data_url(&encode(&canvas, 0.7).await.ok()?).await
    }
}

/// Brings `file`, or the part of it inside `crop`, to at most [`MAX_SIDE`] and encodes it.
///
/// # Errors
/// What is wrong with the file, in the words the server would use.
pub async fn shrink(file: &Blob, crop: Option<Crop>) -> Result<Shrunk, PhotoError> {
    if file.size() == 0.0 {
        return Err(PhotoError::Empty);
    }
    if file.size() > MAX_FILE_BYTES {
        return Err(PhotoError::TooManyBytes {
            bytes: file.size() as u64,
            max_bytes: MAX_FILE_BYTES as u64,
        });
    }
    let head = super::bytes(file, HEAD_BYTES)
        .await
        .ok_or(PhotoError::Damaged("file"))?;
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
    match draw(file, header, crop).await {
        Ok(shrunk) => Ok(shrunk),
        // The browser says only that it failed; the first bytes say why.
        Err(_) => Err(match photo::sniff(&head) {
            Ok(format) => PhotoError::Damaged(format.name()),
            Err(error) => error,
        }),
    }
}

async fn draw(
    file: &Blob,
    header: Option<Header>,
    crop: Option<Crop>,
) -> Result<Shrunk, JsValue> {
    let opened = match &header {
        Some(header) => open_scaled(file, header, crop).await,
        None => Err(JsValue::NULL),
    };
    let source = match opened {
        Ok(source) => source,
        Err(_) => open_whole(file).await?,
    };
    let drawn = paint(&source, crop);
    source.picture.close();
    let canvas = drawn?;
    let mut blob = encode(&canvas, QUALITIES[0]).await?;
    for quality in &QUALITIES[1..] {
        if blob.size() <= MAX_SENT_BYTES {
            break;
        }
        blob = encode(&canvas, *quality).await?;
    }
    Ok(Shrunk {
        blob,
        width: canvas.width(),
        height: canvas.height(),
        canvas,
    })
}

/// A decoded picture with the size it stands for.
struct Source {
    picture: Closable,
    /// Pixels of the file across and down as stored, even if decoded smaller.
    width: f64,
    height: f64,
    orientation: u8,
}

#[wasm_bindgen]
extern "C" {
    type ImageDecoder;
    #[wasm_bindgen(constructor, catch)]
    fn new(options: &JsValue) -> Result<ImageDecoder, JsValue>;
    #[wasm_bindgen(method)]
    fn decode(this: &ImageDecoder) -> js_sys::Promise;
    #[wasm_bindgen(method)]
    fn close(this: &ImageDecoder);

    /// A `VideoFrame` or an `ImageBitmap`: both can be drawn and hold memory until closed.
    #[wasm_bindgen(js_name = ImageBitmap)]
    type Closable;
    #[wasm_bindgen(method)]
    fn close(this: &Closable);
}

/// Decodes a JPEG at the smallest of its own scales that is large enough.
async fn open_scaled(file: &Blob, header: &Header, crop: Option<Crop>) -> Result<Source, JsValue> {
    let jpeg = header.jpeg.as_ref().ok_or(JsValue::NULL)?;
    let (width, height) = (f64::from(header.width), f64::from(header.height));
    let turned = jpeg.orientation > 4;
    let part = crop.map_or((1.0, 1.0), |c| (f64::from(c.width()), f64::from(c.height())));
    let longer = if turned {
        (width * part.1).max(height * part.0)
    } else {
        (width * part.0).max(height * part.1)
    };
    let eighths = (8.0 * MARGIN * f64::from(MAX_SIDE) / longer).ceil().min(8.0);

    let options = Object::new();
    let set = |key: &str, value: JsValue| Reflect::set(&options, &key.into(), &value);
    set("type", Format::Jpeg.mime().into())?;
    set("data", stream(&without_exif(file, jpeg)?)?)?;
    set("desiredWidth", (width * eighths / 8.0).ceil().into())?;
    set("desiredHeight", (height * eighths / 8.0).ceil().into())?;
    let decoder = ImageDecoder::new(&options)?;
    let decoded = JsFuture::from(decoder.decode()).await;
    decoder.close();
    let picture = Reflect::get(&decoded?, &"image".into())?;
    Ok(Source {
        picture: picture.unchecked_into(),
        width,
        height,
        orientation: jpeg.orientation,
    })
}

/// Browsers do not agree on whether an `ImageDecoder` turns pictures, so none is told to: the
/// segment that says so is left out, and the drawing turns.
fn without_exif(file: &Blob, jpeg: &header::Jpeg) -> Result<Blob, JsValue> {
    let Some(exif) = &jpeg.exif else {
        return Ok(file.clone());
    };
    let parts = Array::of2(
        &file.slice_with_f64_and_f64(0.0, exif.start.into())?,
        &file.slice_with_f64(exif.end.into())?,
    );
    let kind = BlobPropertyBag::new();
    kind.set_type(Format::Jpeg.mime());
    Blob::new_with_blob_sequence_and_options(&parts, &kind)
}

fn stream(blob: &Blob) -> Result<JsValue, JsValue> {
    let method: js_sys::Function = Reflect::get(blob, &"stream".into())?.dyn_into()?;
    method.call0(blob)
}

/// Decodes any picture the browser knows, upright.
async fn open_whole(file: &Blob) -> Result<Source, JsValue> {
    let options = ImageBitmapOptions::new();
    options.set_image_orientation(ImageOrientation::FromImage);
    let promise =
        super::window().create_image_bitmap_with_blob_and_image_bitmap_options(file, &options)?;
    let bitmap: ImageBitmap = JsFuture::from(promise).await?.unchecked_into();
    Ok(Source {
        width: bitmap.width().into(),
        height: bitmap.height().into(),
        picture: bitmap.unchecked_into(),
        orientation: 1,
    })
}

/// Draws the part inside `crop` upright and small.
fn paint(source: &Source, crop: Option<Crop>) -> Result<OffscreenCanvas, JsValue> {
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
    let canvas = OffscreenCanvas::new(across, down)?;
    let context = context(&canvas)?;
    let (sx, sy) = (
        f64::from(across) / part_width,
        f64::from(down) / part_height,
    );
    let [a, b, c, d, e, f] = upright(source.orientation, source.width, source.height);
    context.set_transform(
        a * sx,
        b * sy,
        c * sx,
        d * sy,
        (e - left) * sx,
        (f - top) * sy,
    )?;
    // Only the binding insists on a bitmap; the browser draws a VideoFrame just as well.
    let picture: &ImageBitmap = source.picture.unchecked_ref();
    context.draw_image_with_image_bitmap_and_dw_and_dh(
        picture,
        0.0,
        0.0,
        source.width,
        source.height,
    )?;
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

/// A white canvas that stays in memory, since it is read back at once.
fn context(canvas: &OffscreenCanvas) -> Result<OffscreenCanvasRenderingContext2d, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &"alpha".into(), &false.into())?;
    Reflect::set(&options, &"willReadFrequently".into(), &true.into())?;
    let context: OffscreenCanvasRenderingContext2d = canvas
        .get_context_with_context_options("2d", &options)?
        .ok_or(JsValue::NULL)?
        .unchecked_into();
    Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into())?;
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, canvas.width().into(), canvas.height().into());
    Ok(context)
}

async fn encode(canvas: &OffscreenCanvas, quality: f64) -> Result<Blob, JsValue> {
    let options = ImageEncodeOptions::new();
    options.set_type(Format::Jpeg.mime());
    options.set_quality(quality);
    let blob = JsFuture::from(canvas.convert_to_blob_with_options(&options)?).await?;
    Ok(blob.unchecked_into())
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
        assert_eq!((a * 0.0 + c * height + e, b * 0.0 + d * height + f), (0.0, 0.0));
    }
}
