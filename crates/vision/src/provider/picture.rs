//! Pictures as they travel: small JPEG files without any metadata.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use image::{ExtendedColorType, ImageEncoder, codecs::jpeg::JpegEncoder};
use photo::{Pixels, shrink};

use crate::{DescribeError, Detail, compute};

/// High enough that the surface is not taken for one with blocks in it.
const QUALITY: u8 = 88;

/// Shrinks a picture to `long_side` pixels and encodes it, away from the threads that serve.
///
/// # Errors
/// [`DescribeError::Invalid`] if it cannot be encoded, which no picture that was decoded does.
pub(super) async fn jpeg(picture: Arc<Pixels>, long_side: u32) -> Result<Vec<u8>, DescribeError> {
    compute(move || {
        let small = shrink(&picture, long_side);
        let mut out = Vec::new();
        JpegEncoder::new_with_quality(&mut out, QUALITY).write_image(
            small.data(),
            small.width(),
            small.height(),
            ExtendedColorType::Rgb8,
        )?;
        Ok::<_, image::ImageError>(out)
    })
    .await
    .map_err(|e| e.to_string())
    .and_then(|encoded| encoded.map_err(|e| e.to_string()))
    .map_err(|e| DescribeError::Invalid(Detail::new(&format!("encoding the picture: {e}"))))
}

/// `data:image/jpeg;base64,…`
pub(super) fn data_url(jpeg: &[u8]) -> String {
    format!("data:image/jpeg;base64,{}", STANDARD.encode(jpeg))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pictures_shrink_and_stay_pictures() {
        let picture = Arc::new(Pixels::from_fn(900, 300, |x, _| [(x % 256) as u8, 90, 40]));
        let bytes = jpeg(picture, 512).await.expect("a JPEG file");
        let back = image::load_from_memory(&bytes).expect("a picture");
        assert_eq!((back.width(), back.height()), (512, 171));
        let url = data_url(&bytes);
        let encoded = url
            .strip_prefix("data:image/jpeg;base64,")
            .expect("a data address");
        assert_eq!(STANDARD.decode(encoded).expect("base64"), bytes);
    }
}
