// How long Veneer takes to shrink a 12-megapixel photo in the browser, beside two well-known
// packages, in the same Chromium and on the same photos, in turns.
//
//   cargo xtask bench browser            builds the site, then runs this
//   node end2end/bench/run.mjs           takes the site that was built before
//     --rounds 10      measured rounds for each photo (one more warms up)
//     --photos FOLDER  JPEGs of your own instead of the composed ones
//     --site FOLDER    where pkg/ with the module lies (target/site)
//
// The composed photos are 4000 × 3000, made of the labelled textures beside the project
// (VENEER_SHARED), always the same: tiled, lit unevenly, with sensor noise, EXIF and GPS.
import { chromium } from '@playwright/test';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { withExif } from './exif.mjs';

const here = import.meta.dirname;
const root = resolve(here, '../..');
const shared = process.env.VENEER_SHARED ?? join(root, '../shared');
const TEXTURES = [
  'wood/mx_woods-plastics-finish-carpentry-wood-red-birch.jpg',
  'brick/mx_brick-base-gray.jpg',
  'fabric/cc0_fabric032-color.jpg',
  'carpet/acg_carpet004.jpg',
];

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    photos: { type: 'string' },
    site: { type: 'string', default: join(root, 'target/site') },
  },
});
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1) stop('--rounds takes a whole number from 1.');

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}

/** The glue and the module, whatever hash stands in their names. */
function built() {
  const folder = join(options.site, 'pkg');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const js = names.find((name) => /^veneer\.[^.]*\.?js$/.test(name));
  if (!js) stop(`There is no built site in ${folder}. Build it first: cargo xtask build`);
  return { folder, js, names };
}

function packaged(name, file) {
  const require = createRequire(import.meta.url);
  try {
    return readFileSync(join(require.resolve(name), '..', file));
  } catch {
    return stop(`The package ${name} is missing. Install it first: npm ci in end2end/`);
  }
}

const site = built();
const files = new Map([
  ['/', ['text/html', '<!doctype html><meta charset=utf-8><title>Shrinking</title><link rel=icon href="data:,">']],
  ['/measure.js', ['text/javascript', readFileSync(join(here, 'measure.js'))]],
  ['/one.js', ['text/javascript', packaged('browser-image-compression', 'browser-image-compression.js')]],
  ['/two.js', ['text/javascript', packaged('compressorjs', 'compressor.js')]],
]);
for (const name of site.names.filter((name) => /\.(js|wasm)$/.test(name))) {
  const type = name.endsWith('.js') ? 'text/javascript' : 'application/wasm';
  files.set(`/pkg/${name}`, [type, readFileSync(join(site.folder, name))]);
}

const server = createServer((request, response) => {
  const file = files.get(request.url);
  response.writeHead(file ? 200 : 404, { 'content-type': file?.[0] ?? 'text/plain' }).end(file?.[1]);
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
});
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => stop(`The page failed: ${error.message}`));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  for (const url of ['/one.js', '/two.js', '/measure.js']) await page.addScriptTag({ url });

  const photos = [];
  if (options.photos) {
    for (const name of readdirSync(options.photos).filter((name) => /\.jpe?g$/i.test(name)).sort()) {
      photos.push([name, readFileSync(join(options.photos, name))]);
    }
    if (!photos.length) stop(`There are no JPEGs in ${options.photos}.`);
  } else {
    for (const [index, name] of TEXTURES.entries()) {
      const path = join(shared, 'materials', name);
      if (!existsSync(path)) {
        stop(`The labelled photos are not there: ${path} (set VENEER_SHARED, or bring your own with --photos).`);
      }
      const texture = readFileSync(path).toString('base64');
      const plain = Buffer.from(await page.evaluate((args) => compose(...args), [texture, index]), 'base64');
      photos.push([name.split('/')[0], withExif(plain, { orientation: 1 })]);
    }
  }
  for (const [index, [, bytes]] of photos.entries()) files.set(`/photo/${index}`, ['image/jpeg', bytes]);

  const rows = await page.evaluate((args) => measure(...args), [`/pkg/${site.js}`, photos.length, rounds]);
  const megabytes = photos.map(([name, bytes]) => `${name} ${(bytes.length / 1e6).toFixed(1)} MB`).join(', ');
  console.log(`${cpus().length} × ${cpus()[0].model}, Chromium ${browser.version()}, ${rounds} rounds`);
  console.log(`Photos: ${megabytes}`);
  console.table(
    Object.fromEntries(
      rows.map(({ name, ms, fastest, kilobytes, ssim, size }) => [
        name,
        { 'median ms': ms, 'fastest ms': fastest, KB: kilobytes, SSIM: ssim, size },
      ]),
    ),
  );
  const [ours, ...others] = rows;
  const slower = ours.ms > Math.min(...others.map((row) => row.ms));
  const larger = ours.kilobytes >= Math.min(...others.map((row) => row.kilobytes));
  console.log(
    slower || larger
      ? `Veneer is ${[slower && 'slower', larger && 'larger'].filter(Boolean).join(' and ')} than one of the others.`
      : 'Veneer is faster than both and smaller than both.',
  );
  process.exitCode = slower || larger ? 1 : 0;
} finally {
  await browser.close();
  server.close();
}
