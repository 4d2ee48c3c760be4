import { chromium } from '@playwright/test';
const base = process.argv[2];
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const photo = process.argv[3];
for (const [name, vp, scheme] of [['d', { width: 1440, height: 1000 }, 'light'], ['p', { width: 390, height: 844 }, 'dark']]) {
  const c = await b.newContext({ viewport: vp, colorScheme: scheme, hasTouch: name === 'p' });
  const page = await c.newPage();
  const errs = [];
  page.on('console', (m) => m.type() === 'error' && errs.push(m.text()));
  page.on('pageerror', (e) => errs.push(e.message));
  const shot = (n, full = false) => page.screenshot({ path: `/tmp/shots/${name}-${n}.png`, fullPage: full });
  await page.goto(base + '/'); await page.waitForTimeout(600); await shot('home');
  await page.locator('input[type=file]').first().setInputFiles(photo); await page.waitForTimeout(1500); await shot('home-photo', true);
  await page.goto(base + '/library?q=waterproof+matt+light-beige+tile+for+a+patio+under+60+€/m²+without+veins'); await page.waitForTimeout(600); await shot('words');
  await page.goto(base + '/palette?palette=c8b59a:60,4a3b2a:40'); await page.waitForTimeout(800); await shot('palette', true);
  await page.goto(base + '/library?palette=c8b59a:60,4a3b2a:40'); await page.waitForTimeout(800); await shot('palette-results');
  await page.goto(base + '/library?category=stone/marble'); await page.waitForTimeout(500);
  const slugs = await page.locator('.swatch-link').evaluateAll((a) => a.slice(0, 3).map((x) => x.getAttribute('href').replace('/m/', '')));
  await page.locator('.steer .more').first().click({ force: true }); await page.waitForURL(/like=/); await page.waitForTimeout(800); await shot('like');
  await page.goto(base + '/compare?' + slugs.map((s) => 'm=' + s).join('&')); await page.waitForTimeout(500); await shot('compare', true);
  await page.goto(base + '/compare'); await page.waitForTimeout(300); await shot('compare-empty');
  console.log(name, errs);
  await c.close();
}
await b.close();
