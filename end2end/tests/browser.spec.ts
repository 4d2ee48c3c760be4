import { expect, test } from '../support/quiet';

test('the theme is chosen, kept, and given back to the system', async ({ page }) => {
  await page.goto('/about');
  const root = page.locator('html');
  const choice = (label: string) => page.getByRole('radio', { name: label });
  await expect(choice('System')).toBeChecked();
  await choice('Slate').check({ force: true });
  await expect(root).toHaveAttribute('data-theme', 'slate');
  await page.reload();
  await expect(choice('Slate')).toBeChecked();
  await expect(root).toHaveAttribute('data-theme', 'slate');
  await choice('System').check({ force: true });
  await expect(root).not.toHaveAttribute('data-theme');
  await page.reload();
  await expect(choice('System')).toBeChecked();
  await expect(root).not.toHaveAttribute('data-theme');
});

test('the theme stands before anything is painted, also while the module still loads', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('veneer:theme', 'slate'));
  await page.route('**/*.wasm', () => {});
  await page.goto('/about', { waitUntil: 'commit' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'slate');
});

test('a filter chosen before the page is awake counts as soon as it is', async ({ page }) => {
  let wake = (): void => {};
  const asleep = new Promise<void>((resolve) => (wake = resolve));
  await page.route('**/*.wasm', async (route) => {
    await asleep;
    await route.continue();
  });
  await page.goto('/library');
  const stone = page.locator('#filters input[name="category"][value="stone"]');
  await stone.check();
  expect(new URL(page.url()).search).toBe('');
  wake();
  await page.waitForURL(/category=stone/);
  await expect(stone).toBeChecked();

  // Brought back out of memory as it was left, a page shows what its address says again.
  await expect(page.locator('.filters-go')).toBeHidden();
  await stone.evaluate((box: HTMLInputElement) => {
    box.checked = false;
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
  });
  await expect(stone).toBeChecked();
});

test('a slash goes to the words, arrows walk the wall', async ({ page }) => {
  await page.goto('/library');
  await expect(page.locator('.density')).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.locator('#q')).toBeFocused();
  // a field keeps its own keys
  await page.keyboard.type('c/');
  await expect(page.locator('#q')).toHaveValue('c/');
  await page.locator('#q').fill('');

  const links = page.locator('.wall .swatch-link');
  await links.first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(links.nth(1)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  const [from, to] = await Promise.all([
    links.nth(1).boundingBox(),
    page.locator('.swatch-link:focus').boundingBox(),
  ]);
  expect(to!.y).toBeGreaterThan(from!.y);
  expect(Math.abs(to!.x - from!.x)).toBeLessThan(from!.width);
  await page.keyboard.press('ArrowUp');
  await expect(links.nth(1)).toBeFocused();
  await page.keyboard.press('Home');
  await expect(links.first()).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(links.first()).toBeFocused();
});

test('the width of the wall is chosen and kept', async ({ page }) => {
  await page.goto('/library');
  const columns = () => page.evaluate(() => document.documentElement.style.getPropertyValue('--columns'));
  await page.locator('.density-range').fill('3');
  await expect(page.locator('.density-count')).toHaveText('3');
  expect(await columns()).toBe('3');
  await page.reload();
  await expect(page.locator('.density-count')).toHaveText('3');
  expect(await columns()).toBe('3');
  await expect(page.locator('.density-auto')).toHaveAttribute('aria-pressed', 'false');
  await page.locator('.density-auto').click();
  await expect(page.locator('.density-auto')).toHaveAttribute('aria-pressed', 'true');
  expect(await columns()).toBe('');
});

test('a filter acts at once on a wide window, and the focus stays where it was', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto('/library');
  await expect(page.locator('.filters-go')).toBeHidden();
  const group = page.locator('#view details, #filters details').filter({ has: page.locator('input[type=checkbox]') }).first();
  if ((await group.getAttribute('open')) === null) await group.locator('summary').click();
  const box = group.locator('input[type=checkbox]').first();
  const [name, value] = [await box.getAttribute('name'), await box.getAttribute('value')];
  await box.focus();
  await page.keyboard.press('Space');
  await page.waitForURL((url) => url.searchParams.getAll(name!).includes(value!));
  await expect(page.locator(`input[name="${name}"][value="${value}"]`)).toBeFocused();
});

test('on a narrow window the filters wait for their button', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/library');
  await expect(page.locator('.density')).toBeAttached();
  await expect(page.locator('.filters-go')).not.toHaveAttribute('hidden');
});

test('sharing copies an absolute address', async ({ page, context, baseURL }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/library');
  await expect(page.locator('.density')).toBeVisible();
  await page.locator('.share-button').click();
  await expect(page.locator('.share-said')).toHaveText('Link copied. Anyone who has it can open it.');
  const address = await page.locator('.share-link').getAttribute('href');
  expect(address).toMatch(/^https?:\/\/.+\/share\/\w+/);
  expect(new URL(address!).origin).toBe(new URL(baseURL!).origin);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(address);
});
