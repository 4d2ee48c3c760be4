// Runs inside the page: composes photos, runs the three in turns, compares with a careful downscale.
'use strict';

const LONG = 1280;
/** Lets the page come to rest between two runs. */
const PAUSE_MS = 50;

/** A 12-megapixel JPEG (base64) out of a small texture; the same input gives the same photo. */
async function compose(texture, seed) {
  const [width, height, scale] = [4000, 3000, 1.6];
  const tile = new Image();
  tile.src = `data:image/jpeg;base64,${texture}`;
  await tile.decode();
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const [across, down] = [tile.width * scale, tile.height * scale];
  context.imageSmoothingQuality = 'high';
  for (let row = 0; row * down < height; row++) {
    for (let column = 0; column * across < width; column++) {
      // mirrored, so that neighbours meet without a seam
      const [flipX, flipY] = [column % 2 ? -1 : 1, row % 2 ? -1 : 1];
      const x = (column + (column % 2)) * across;
      const y = (row + (row % 2)) * down;
      context.setTransform(flipX, 0, 0, flipY, x, y);
      context.drawImage(tile, 0, 0, across, down);
    }
  }
  context.resetTransform();
  const light = context.createRadialGradient(width * 0.4, height * 0.4, 200, width / 2, height / 2, width * 0.7);
  light.addColorStop(0, 'rgb(255 244 225 / 18%)');
  light.addColorStop(1, 'rgb(10 14 26 / 42%)');
  context.fillStyle = light;
  context.fillRect(0, 0, width, height);
  const picture = context.getImageData(0, 0, width, height);
  const pixels = picture.data;
  let state = 1 + seed;
  for (let at = 0; at < pixels.length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const noise = (((state >>> 24) + ((state >>> 16) & 255) - 255) / 255) * 4;
    for (let channel = 0; channel < 3; channel++) pixels[at + channel] += noise;
  }
  context.putImageData(picture, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let letters = '';
  for (let at = 0; at < bytes.length; at += 32768) letters += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(letters);
}

/** Every contender with the same task: 1280 pixels on the longer side, its usual quality. */
async function contenders(glue) {
  const veneer = await import(glue);
  await veneer.default();
  return [
    ['Veneer', (file) => veneer.shrink(file)],
    [
      'browser-image-compression',
      (file) => imageCompression(file, { maxWidthOrHeight: LONG, initialQuality: 0.8, useWebWorker: false }),
    ],
    [
      'compressorjs',
      (file) =>
        new Promise((success, error) => {
          new Compressor(file, { maxWidth: LONG, maxHeight: LONG, quality: 0.8, success, error });
        }),
    ],
  ];
}

async function measure(glue, photoCount, rounds) {
  const all = await contenders(glue);
  const found = all.map(() => ({ ms: [], kilobytes: [], ssim: [], size: '' }));
  for (let photo = 0; photo < photoCount; photo++) {
    const bytes = await (await fetch(`/photo/${photo}`)).arrayBuffer();
    const whole = await pixelsOf(new Blob([bytes], { type: 'image/jpeg' }));
    const scale = LONG / Math.max(whole.width, whole.height);
    const reference = lanczos(whole, Math.round(whole.width * scale), Math.round(whole.height * scale));
    for (let round = 0; round <= rounds; round++) {
      for (let turn = 0; turn < all.length; turn++) {
        // another one begins in every round
        const at = (turn + round) % all.length;
        const file = new File([bytes], 'photo.jpg', { type: 'image/jpeg' });
        await new Promise((rested) => setTimeout(rested, PAUSE_MS));
        const start = performance.now();
        const result = await all[at][1](file);
        const took = performance.now() - start;
        if (round > 0) {
          found[at].ms.push(took);
          continue;
        }
        const small = await pixelsOf(result);
        found[at].kilobytes.push(result.size / 1000);
        found[at].ssim.push(ssim(luma(small), reference, small.width, small.height));
        found[at].size = `${small.width} × ${small.height}`;
      }
    }
  }
  const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
  return all.map(([name], at) => ({
    name,
    ms: Number(median(found[at].ms).toFixed(1)),
    fastest: Number(Math.min(...found[at].ms).toFixed(1)),
    kilobytes: Number(mean(found[at].kilobytes).toFixed(1)),
    ssim: Number(mean(found[at].ssim).toFixed(4)),
    size: found[at].size,
  }));
}

async function pixelsOf(blob) {
  const bitmap = await createImageBitmap(blob);
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

function luma({ data, width, height }) {
  const out = new Float32Array(width * height);
  for (let at = 0; at < out.length; at++) {
    out[at] = 0.299 * data[4 * at] + 0.587 * data[4 * at + 1] + 0.114 * data[4 * at + 2];
  }
  return out;
}

/** The lightness of a picture scaled down with a Lanczos window of three lobes. */
function lanczos(picture, width, height) {
  const taps = (from, to) => {
    const step = from / to;
    return Array.from({ length: to }, (_, index) => {
      const centre = (index + 0.5) * step - 0.5;
      const low = Math.max(0, Math.ceil(centre - 3 * step));
      const high = Math.min(from - 1, Math.floor(centre + 3 * step));
      const weights = [];
      for (let at = low; at <= high; at++) {
        const x = Math.PI * ((at - centre) / step);
        weights.push(x === 0 ? 1 : (3 * Math.sin(x) * Math.sin(x / 3)) / (x * x));
      }
      const sum = weights.reduce((a, b) => a + b, 0);
      return [low, weights.map((weight) => weight / sum)];
    });
  };
  const source = luma(picture);
  const [columns, rows] = [taps(picture.width, width), taps(picture.height, height)];
  const narrow = new Float32Array(width * picture.height);
  for (let y = 0; y < picture.height; y++) {
    columns.forEach(([low, weights], x) => {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k] * source[y * picture.width + low + k];
      narrow[y * width + x] = sum;
    });
  }
  const out = new Float32Array(width * height);
  rows.forEach(([low, weights], y) => {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k] * narrow[(low + k) * width + x];
      out[y * width + x] = Math.min(255, Math.max(0, sum));
    }
  });
  return out;
}

/** Structural similarity (Wang et al. 2004): Gaussian window of 11 pixels, sigma 1.5, on lightness. */
function ssim(a, b, width, height) {
  const gauss = Array.from({ length: 11 }, (_, k) => Math.exp(-((k - 5) ** 2) / 4.5));
  const total = gauss.reduce((x, y) => x + y, 0);
  const window = gauss.map((weight) => weight / total);
  const blur = (value) => {
    const [inner, tall] = [width - 10, height - 10];
    const across = new Float32Array(inner * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < inner; x++) {
        let sum = 0;
        for (let k = 0; k < 11; k++) sum += window[k] * value(y * width + x + k);
        across[y * inner + x] = sum;
      }
    }
    const out = new Float32Array(inner * tall);
    for (let y = 0; y < tall; y++) {
      for (let x = 0; x < inner; x++) {
        let sum = 0;
        for (let k = 0; k < 11; k++) sum += window[k] * across[(y + k) * inner + x];
        out[y * inner + x] = sum;
      }
    }
    return out;
  };
  const [ma, mb] = [blur((at) => a[at]), blur((at) => b[at])];
  const [aa, bb, ab] = [blur((at) => a[at] * a[at]), blur((at) => b[at] * b[at]), blur((at) => a[at] * b[at])];
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
  let sum = 0;
  for (let at = 0; at < ma.length; at++) {
    const [x, y] = [ma[at], mb[at]];
    const [vx, vy, cov] = [aa[at] - x * x, bb[at] - y * y, ab[at] - x * y];
    sum += ((2 * x * y + c1) * (2 * cov + c2)) / ((x * x + y * y + c1) * (vx + vy + c2));
  }
  return sum / ma.length;
}
