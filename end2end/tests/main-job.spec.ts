import type { Page } from '@playwright/test';
import { readdirSync } from 'node:fs';
import { expectAccessible } from '../support/axe';
import { dropFile } from '../support/drop';
import { materials, photo } from '../support/photos';
import { expect, test } from '../support/quiet';

/** Drops a photo on the page and goes to its results. */
async function search(page: Page, name: string): Promise<void> {
  await page.goto('/');
  // It is there once the islands are awake.
  await expect(page.locator('.drop-paste')).toBeVisible();
  await dropFile(page, 'body', photo(name));
  await expect(page.locator('.drop-go')).toBeFocused();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/s\//);
  await expect(page.locator('.wall .swatch').first()).toBeVisible();
}

test('a real photo finds its kind, is filtered, shared, and opened by anyone', async ({ page, browser, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await search(page, 'wood/cc0_wood026-color.jpg');

  // The first hit has the right kind, and a reason.
  const first = page.locator('.wall .swatch').first();
  await first.locator('.swatch-link').click();
  await expect(page.locator('main')).toContainText('Wood');
  await page.goBack();
  await expect(first.locator('.why-line, .why')).not.toBeEmpty();
  await expect(page.locator('.results-count')).toContainText(/\d+ materials/);

  // A filter narrows the wall, and its address says so; back and forward work.
  const before = await page.locator('.results-count').innerText();
  await page.locator('#filters input[name="category"][value="stone"]').check();
  await page.waitForURL(/category=stone/);
  await expect(page.locator('.results-count')).not.toHaveText(before);
  await page.goBack();
  await expect(page.locator('.results-count')).toHaveText(before);
  await page.goForward();
  await expect(page).toHaveURL(/category=stone/);

  // A share opens without cookies and without JavaScript, frozen as it was.
  // Before the page is awake the button leads to the share instead of copying its address.
  await page.waitForLoadState('networkidle');
  await page.locator('.share-button').click();
  const link = page.locator('.share-link');
  await expect(page.locator('.share-said')).toContainText('link', { ignoreCase: true });
  await expect(link).toHaveAttribute('href', /\/share\//);
  const address = new URL((await link.getAttribute('href')) ?? '', page.url());
  const stranger = await browser.newContext({ javaScriptEnabled: false });
  const visit = await stranger.newPage();
  const names = await page.locator('.wall .swatch-name').allInnerTexts();
  await visit.goto(address.href);
  expect(await visit.locator('.wall .swatch-name').allInnerTexts()).toEqual(names);
  const picture = await visit.locator('meta[property="og:image"]').getAttribute('content');
  expect(picture).toMatch(/^https?:\/\/.*\/preview\.jpg$/);
  const preview = await visit.request.get(new URL(picture ?? '').pathname);
  expect(preview.headers()['content-type']).toBe('image/jpeg');
  await stranger.close();
});

test('without JavaScript a plain form does the whole job', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto('/');
  await page.locator('form.drop input[type="file"]').first().setInputFiles(photo('brick/' + firstOf('brick')));
  await page.locator('form.drop [type="submit"]').first().click();
  await expect(page).toHaveURL(/\/s\//);
  expect(await page.locator('.wall .swatch').count()).toBeGreaterThan(10);
  await page.locator('#filters input[name="category"]').first().check();
  await page.locator('#filters .filters-go button').click();
  await expect(page).toHaveURL(/category=/);
  await context.close();
});

test('words alone find materials, with words in the reason', async ({ page }) => {
  await page.goto('/library?q=green+velvet');
  const first = page.locator('.wall .swatch').first();
  await expect(first).toContainText(/velvet/i);
  await page.goto('/library?q=<b>"\'%26 OR 1=1');
  await expect(page.locator('h1')).toBeVisible();
});

test('more like this starts from a swatch', async ({ page }) => {
  await page.goto('/library?category=stone/marble');
  const name = await page.locator('.wall .swatch-name').first().innerText();
  await page.locator('.wall .swatch').first().hover();
  await page.locator('.wall .more').first().click();
  await page.waitForURL(/like=/);
  await expect(page.locator('h1')).toContainText(name);
  // Less of another one: it stands as a chip and can be taken off again.
  await page.locator('.wall .swatch').nth(3).hover();
  await page.locator('.wall .swatch').nth(3).getByRole('link', { name: /^Less like/ }).click();
  await page.waitForURL(/unlike=/);
  const chip = page.locator('.chip', { hasText: /less like/i });
  await expect(chip).toBeVisible();
  await chip.click();
  await page.waitForURL((url) => !url.search.includes('unlike='));
});

for (const path of ['/', '/library', '/library?q=oak', '/library?category=unknown&q=zzzz', '/about']) {
  test(`${path} can be used by everyone`, async ({ page }) => {
    await page.goto(path);
    await expectAccessible(page);
  });
}

test.describe('an address that leads nowhere', () => {
  test.use({ allowed: [/404/] });

  test('is a page that can be used by everyone', async ({ page }) => {
    const answer = await page.goto('/nowhere');
    expect(answer?.status()).toBe(404);
    await expectAccessible(page);
  });
});

test('results, material and share can be used by everyone, in both themes', async ({ page }) => {
  await search(page, 'marble/' + firstOf('marble'));
  const results = page.url();
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.goto(results);
    await expectAccessible(page);
    await page.locator('.wall .swatch-link').first().click();
    await expectAccessible(page);
  }
});

test('pictures shift nothing', async ({ page }) => {
  await page.goto('/library');
  const shift = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value;
        }).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => resolve(sum), 1500);
      }),
  );
  expect(shift).toBeLessThan(0.02);
});

/** The name of the first labelled photo of a kind. */
function firstOf(kind: string): string {
  return readdirSync(`${materials()}/${kind}`).sort()[0] ?? '';
}
