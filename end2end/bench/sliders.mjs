// How long a slider's new order takes in the browser: ranking alone, and until the wall is laid anew.
//
//   node end2end/bench/sliders.mjs URL   URL is that of a Veneer with a library, such as `veneer bench seed` makes
//     --rounds 40       measured movements of a slider
//     --candidates 500  the answer is repeated until there are so many
import { chromium } from '@playwright/test';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '40' }, candidates: { type: 'string', default: '500' } },
});
const [url, rounds, wanted] = [positionals[0], Number(options.rounds), Number(options.candidates)];
if (!url || !(rounds > 0) || !(wanted > 0)) {
  console.error('Say where Veneer is: node end2end/bench/sliders.mjs http://127.0.0.1:3000');
  process.exit(1);
}

/** The same answer with its candidates repeated, each under a number of its own. */
function repeated(answer) {
  const count = answer.ids.length;
  const times = Math.ceil(wanted / count);
  const legs = answer.scores.length / count;
  const marks = answer.marks.length / count;
  const many = (list, each) => Array.from({ length: times }, () => list).flat().slice(0, wanted * each);
  return {
    ...answer,
    ids: many(answer.ids, 1).map((_, i) => i + 1),
    scores: many(answer.scores, legs),
    marks: many(answer.marks, marks),
    materials: many(answer.materials, 1).map((address, i) => (i < count ? address : `${address}-${i}`)),
    cards: many(answer.cards, 1),
    doubles: many(answer.doubles, 1),
  };
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on('pageerror', (error) => {
    // the browser says this of its own page transition when the next page comes before the end of it
    if (/^Transition was (skipped|aborted)/.test(error.message)) return;
    console.error(`The page failed: ${error.message}`);
    process.exitCode = 1;
  });
  let bytes = 0;
  await page.route('**/candidates*', async (route) => {
    const answer = await (await route.fetch()).json();
    const body = JSON.stringify(repeated(answer));
    bytes = body.length;
    await route.fulfill({ contentType: 'application/json', body });
  });
  await page.goto(`${url}/library`);
  await page.locator('.wall .swatch-link').first().click();
  await page.locator('.sheet-actions .more').click();
  await page.waitForURL(/\/s\//);
  await page.waitForLoadState('networkidle');
  const slider = page.locator('.weights [name=w_colour]');
  await slider.fill('21');
  await page.waitForFunction(() => performance.getEntriesByName('veneer:reorder').length > 0, undefined, { timeout: 60_000 });
  await page.evaluate(() => performance.clearMeasures());
  for (let round = 0; round < rounds; round++) {
    await slider.fill(String((round * 37) % 101));
    await page.waitForTimeout(30);
  }
  const rows = await page.evaluate(() =>
    ['veneer:rank', 'veneer:reorder'].map((name) => {
      const times = performance.getEntriesByName(name).map((entry) => entry.duration);
      times.sort((a, b) => a - b);
      const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(1);
      return [name, { times: times.length, p50: at(0.5), p95: at(0.95), max: at(1) }];
    }),
  );
  console.log(`${cpus().length} × ${cpus()[0].model}, Chromium ${browser.version()}, ${wanted} candidates, ${Math.round(bytes / 1000)} KB of JSON`);
  console.table(Object.fromEntries(rows));
} finally {
  await browser.close();
}
