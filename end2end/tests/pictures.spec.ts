import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/axe';
import { dropFile, pasteFile } from '../support/drop';
import { photo } from '../support/photos';
import { expect, test } from '../support/quiet';

const OAK = photo('wood/acg_wood014.jpg');
const OTHER = photo('wood/mx_woods-plastics-finish-carpentry-wood-red-birch.jpg');

/** Searches with a photo from the home page. */
async function search(page: Page): Promise<string> {
  await page.goto('/');
  await expect(page.locator('.drop-paste')).toBeVisible();
  await dropFile(page, 'body', OAK);
  await expect(page.locator('.drop-go')).toBeFocused();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/s\/\w+$/);
  await page.waitForLoadState('networkidle');
  return new URL(page.url()).pathname;
}

/** Addresses of the materials on the wall, in their order. */
function wall(page: Page): Promise<(string | null)[]> {
  return page.locator('.centre .wall .swatch-link').evaluateAll((links) => links.map((a) => a.getAttribute('href')));
}

test('a second and a third photo join the search, count as much as one likes, and go', async ({ page }) => {
  const path = await search(page);
  const alone = await wall(page);
  // what was chosen meanwhile stays
  await page.locator('.weights [name="w_kind"]').fill('55');
  await expect(page).toHaveURL(/w_kind=55/);

  await dropFile(page, 'body', OTHER);
  await expect(page.locator('.drop-go')).toBeFocused();
  await page.getByRole('button', { name: 'Add to this search' }).click();
  await page.waitForURL(/like=photo/);
  expect(new URL(page.url()).pathname).toBe(path);
  expect(new URL(page.url()).searchParams.get('w_kind')).toBe('55');
  await expect(page.locator('h1')).toHaveText('Materials like your photos');
  expect(await wall(page)).not.toEqual(alone);
  // both photos are seen, from this tab alone
  await expect(page.locator('.photo-preview-image:visible')).toHaveCount(2);
  await expectAccessible(page);
  await page.waitForLoadState('networkidle');

  await page.emulateMedia({ colorScheme: 'dark' });
  await pasteFile(page, photo('marble/acg_marble002.jpg'));
  await expect(page.locator('.drop-go')).toBeFocused();
  await page.getByRole('button', { name: 'Add to this search' }).click();
  await page.waitForURL(/like=photo.*like=photo/);
  await expect(page.locator('.from-added li')).toHaveCount(2);
  await expect(page.locator('.centre .chips')).toContainText('more like added photo 2');
  await expectAccessible(page);
  await page.waitForLoadState('networkidle');

  const whole = await wall(page);
  await page.getByLabel('More like added photo 2').selectOption({ label: 'a little' });
  await page.waitForURL(/like=photo%3A\w+%3A20/);
  expect(await wall(page)).not.toEqual(whole);
  await page.waitForLoadState('networkidle');
  await page.getByLabel('More like added photo 2').selectOption({ label: 'not at all' });
  await expect(page.locator('.from-added li')).toHaveCount(1);
  await page.waitForLoadState('networkidle');
  await page.getByRole('link', { name: 'Take off: more like the added photo' }).click();
  await expect(page.locator('.from-added')).toHaveCount(0);
  await expect(page.locator('h1')).toHaveText('Materials like your photo');
});

test('a photo joins words in the library, and a new search is another way', async ({ page }) => {
  await page.goto('/library?q=oak');
  await page.waitForLoadState('networkidle');
  await page.locator('.again > summary').click();
  await page.locator('.drop-choose .drop-file').setInputFiles(OAK);
  await expect(page.locator('.drop-go')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Add to this search' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/library\?q=oak&like=photo/);
  await expect(page.locator('.from-added li')).toHaveCount(1);
  await expectAccessible(page);
  await page.waitForLoadState('networkidle');
  await dropFile(page, 'body', OTHER);
  await expect(page.locator('.drop-go')).toBeFocused();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/s\/\w+$/);
  await expect(page.locator('.from-added')).toHaveCount(0);
});

test('without JavaScript the form of the page adds a photo', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto('/library?q=oak&category=wood');
  await page.locator('.again > summary').click();
  await page.locator('.drop-choose .drop-file').setInputFiles(OAK);
  await page.getByRole('button', { name: 'Add to this search' }).click();
  await expect(page).toHaveURL(/\/library\?q=oak&like=photo%3A\w+&category=wood$/);
  await expect(page.locator('.from-added li')).toHaveCount(1);
  await page.getByLabel('More like the added photo').selectOption({ label: 'half' });
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/like=photo%3A\w+%3A50/);
  await context.close();
});

test('a photo that is not kept any more is said to be gone', async ({ page }) => {
  await page.goto('/library?q=oak&like=photo:nobodyhassearchedwiththis');
  await expect(page.locator('.notice-gone')).toContainText('not kept any more');
  await page.locator('.centre .chips a').first().click();
  await expect(page.locator('.notice-gone')).toHaveCount(0);
});
