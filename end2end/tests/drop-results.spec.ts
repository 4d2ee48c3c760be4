import { photo } from '../support/photos';
import { expect, test } from '../support/quiet';

test('the results show the photo from this tab, and it can be cropped once more', async ({ page }) => {
  await page.goto('/');
  await expect(page.locator('.drop-paste')).toBeVisible();
  await page.locator('.drop-choose .drop-file').setInputFiles(photo('wood/mx_woods-plastics-finish-carpentry-wood-red-birch.jpg'));
  await expect(page.locator('.drop-go')).toBeFocused();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/s\/\w+/);
  const first = page.url();

  const preview = page.locator('.photo-preview img');
  await expect(preview).toBeVisible();
  await expect(preview).toHaveAttribute('src', /^data:image\/jpeg;base64,/);
  const size = await preview.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]);
  expect(Math.max(...size)).toBe(320);

  await page.keyboard.press('c');
  await expect(page.locator('.crop-box')).toBeFocused();
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => /\/s\/\w+/.test(url.pathname) && url.href !== first);
  await expect(page.locator('.photo-preview img')).toBeVisible();
  const part = await page.locator('.photo-preview img').evaluate((image: HTMLImageElement) => image.naturalWidth / image.naturalHeight);
  // 68 % of the width, 70 % of the height
  expect(part).toBeCloseTo((size[0]! * 0.68) / (size[1]! * 0.7), 1);

  // another tab knows nothing of the photo
  const other = await page.context().newPage();
  await other.goto(first);
  await expect(other.locator('.photo-preview img')).toBeHidden();
  await other.close();
});
