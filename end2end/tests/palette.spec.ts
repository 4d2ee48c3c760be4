import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/axe';
import { madePhoto } from '../support/made';
import { expect, test } from '../support/quiet';

async function mixer(page: Page, address = '/palette'): Promise<void> {
  await page.goto(address);
  await expect(page.locator('.mix[data-awake]')).toBeVisible();
}

/** The colours of the mix with their shares. */
function mixed(page: Page): Promise<string[]> {
  return page.locator('.mix-row:not([hidden])').evaluateAll((rows) =>
    rows.map((row) => {
      const [colour, share] = [...row.querySelectorAll('input')].map((input) => input.value);
      return `${colour}:${share}`;
    }),
  );
}

async function chooseMade(page: Page): Promise<void> {
  const made = await madePhoto(page, 800, 600);
  await page.locator('.mix-file').setInputFiles({ name: 'made.jpg', mimeType: 'image/jpeg', buffer: made });
  await expect(page.locator('.mix-canvas')).toBeVisible();
}

test.describe('palette', () => {
  test('colours come by name, by code and from fields; shares always make a hundred', async ({ page }) => {
    await mixer(page);
    await expect(page.locator('.mix-strip')).toBeHidden();
    const called = page.locator('.mix-called');
    await called.fill('sage');
    await called.press('Enter');
    await called.fill('#4a3b2a');
    await page.locator('.mix-add-go').click();
    expect(await mixed(page)).toEqual(['#a3ab8d:50', '#4a3b2a:50']);
    await expect(page.locator('.mix-row').first()).toContainText('sage #a3ab8d');
    await expect(page.locator('.mix-row').first()).toContainText(/LRV \d+/);
    await page.locator('[name=share]').first().fill('80');
    await page.locator('[name=share]').first().blur();
    expect(await mixed(page)).toEqual(['#a3ab8d:80', '#4a3b2a:20']);

    await called.fill('bluurp');
    await called.press('Enter');
    await expect(page.locator('.mix-error')).toHaveText('There is no colour called “bluurp”.');
    for (const name of ['light grey', 'navy', 'brass']) {
      await called.fill(name);
      await called.press('Enter');
    }
    await expect(page.locator('.mix-add')).toBeHidden();
    const shares = (await mixed(page)).map((part) => Number(part.split(':')[1]));
    expect(shares.reduce((sum, share) => sum + share)).toBe(100);
    await page.locator('.mix-remove').nth(4).click();
    await expect(page.locator('.mix-called')).toBeFocused();
    expect(await mixed(page)).toHaveLength(4);

    // the address holds it, so a reload does too
    const before = await mixed(page);
    await page.reload();
    await expect(page.locator('.mix[data-awake]')).toBeVisible();
    expect(await mixed(page)).toEqual(before);
    await expectAccessible(page);
  });

  test('a border of the strip is dragged between its neighbours', async ({ page }) => {
    await mixer(page, '/palette?palette=c8b59a:50,4a3b2a:50');
    const strip = (await page.locator('.mix-strip').boundingBox())!;
    await page.mouse.move(strip.x + strip.width / 2, strip.y + strip.height / 2);
    await page.mouse.down();
    await page.mouse.move(strip.x + strip.width * 0.7, strip.y + 10, { steps: 4 });
    await page.mouse.up();
    const [first, second] = (await mixed(page)).map((part) => Number(part.split(':')[1]));
    expect(first).toBeGreaterThanOrEqual(69);
    expect(first! + second!).toBe(100);
  });

  test('colours are picked from a photo by pointer and keyboard, and nothing is sent', async ({ page }) => {
    await mixer(page);
    // what every page loads is not meant
    await page.waitForLoadState('networkidle');
    const sent: string[] = [];
    page.on('request', (request) => {
      if (!/^(blob|data):|favicon/.test(request.url())) sent.push(`${request.method()} ${request.url()}`);
    });
    await chooseMade(page);
    const canvas = page.locator('.mix-canvas');
    await expect(canvas).toBeFocused();
    const box = (await canvas.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.25, box.y + box.height * 0.25);
    await expect(page.locator('.mix-loupe')).toBeVisible();
    await page.mouse.click(box.x + box.width * 0.25, box.y + box.height * 0.25);
    await expect(page.locator('.mix-row:not([hidden])')).toHaveCount(1);
    // red with grain: near the colour it was painted in
    const [red] = await mixed(page);
    const channels = [1, 3, 5].map((at) => parseInt(red!.slice(at, at + 2), 16));
    expect(Math.abs(channels[0]! - 0xc0)).toBeLessThan(14);
    expect(channels[1]!).toBeLessThan(0x40);

    // the cursor stands where the pointer was: half the width to the right is green
    for (let i = 0; i < 10; i++) await page.keyboard.press('Shift+ArrowRight');
    await expect(page.locator('.mix-said')).toContainText(/#[0-9a-f]{6}, LRV \d+/);
    await page.keyboard.press('Enter');
    await expect(page.locator('.mix-row:not([hidden])')).toHaveCount(2);
    const green = (await mixed(page))[1]!;
    expect(parseInt(green.slice(3, 5), 16)).toBeGreaterThan(parseInt(green.slice(1, 3), 16));

    await page.locator('.mix-main').click();
    await expect(page.locator('.mix-row:not([hidden])')).toHaveCount(5);
    expect(sent).toEqual([]);
    await expectAccessible(page);
  });

  test('white paper takes the colour of the light out of the photo', async ({ page }) => {
    await mixer(page);
    const warm = await page.evaluate(async () => {
      const canvas = new OffscreenCanvas(400, 200);
      const context = canvas.getContext('2d')!;
      context.fillStyle = 'rgb(220, 196, 150)';
      context.fillRect(0, 0, 200, 200);
      context.fillStyle = 'rgb(140, 110, 70)';
      context.fillRect(200, 0, 200, 200);
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
      return [...bytes];
    });
    await page.locator('.mix-file').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from(warm) });
    const canvas = page.locator('.mix-canvas');
    await expect(canvas).toBeVisible();
    const box = (await canvas.boundingBox())!;
    const at = (x: number): [number, number] => [box.x + box.width * x, box.y + box.height / 2];
    await page.mouse.click(...at(0.75));
    const [before] = await mixed(page);
    await page.locator('.mix-white').click();
    await expect(page.locator('.mix-white')).toHaveAttribute('aria-pressed', 'true');
    await page.mouse.click(...at(0.25));
    await expect(page.locator('.mix-pair')).toBeVisible();
    await expect(page.locator('.mix-white')).toHaveAttribute('aria-pressed', 'false');
    // what was picked before follows: it is less yellow now
    const [after] = await mixed(page);
    const yellow = (code: string) => parseInt(code.slice(1, 3), 16) - parseInt(code.slice(5, 7), 16);
    expect(yellow(after!)).toBeLessThan(yellow(before!) - 20);
    await page.locator('.mix-undo').click();
    await expect(page.locator('.mix-pair')).toBeHidden();
    expect(await mixed(page)).toEqual([before]);
  });

  test('what is no photo is said, and an empty mix does not search', async ({ page }) => {
    await mixer(page);
    await page
      .locator('.mix-file')
      .setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a shopping list') });
    await expect(page.locator('.mix-error')).toHaveText('That file is not an image.');
    await page.locator('.mix-go').click({ force: true });
    await expect(page.locator('.mix-error')).toContainText('Add a colour first');
    await expect(page).toHaveURL(/\/palette$/);
  });

  test('finds materials with reasons, and leads back to the colours', async ({ page }) => {
    await mixer(page, '/palette?palette=a3ab8d:70,232f4b:30');
    await page.locator('.mix-go').click();
    await page.waitForURL(/\/library\?palette=a3ab8d:70,232f4b:30$/);
    await expect(page.locator('h1')).toHaveText('Materials in these colours');
    await expect(page.locator('.wall .swatch').first()).toContainText(/sage|navy/);
    await page.locator('#filters input[name="category"]').first().check();
    await page.waitForURL(/category=/);
    await expect(page).toHaveURL(/palette=a3ab8d/);
    await page.getByRole('link', { name: 'Change the colours' }).click();
    await expect(page.locator('.mix[data-awake]')).toBeVisible();
    expect(await mixed(page)).toEqual(['#a3ab8d:70', '#232f4b:30']);
  });

  test('without JavaScript a plain form does it', async ({ browser }) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto('/palette');
    await page.locator('input[type=color]').first().fill('#232f4b');
    await page.locator('input[type=color]').nth(1).fill('#a3ab8d');
    await page.locator('[name=share]').nth(0).fill('40');
    await page.locator('[name=share]').nth(1).fill('60');
    await page.getByRole('button', { name: 'Find materials' }).click();
    await expect(page.locator('h1')).toHaveText('Materials in these colours');
    await expect(page.locator('#filters [name=palette]')).toHaveValue('232f4b:40,a3ab8d:60');
    await context.close();
  });

  test('its script comes with this page only, and moves nothing', async ({ page }) => {
    const scripts: string[] = [];
    page.on('request', (request) => {
      const name = /\/pkg\/mixer\.[0-9a-f]+\.(js|wasm)$/.exec(request.url());
      if (name) scripts.push(name[1]!);
    });
    const answers: string[] = [];
    page.on('response', (response) => {
      if (/\/pkg\/mixer\./.test(response.url())) {
        answers.push(`${response.status()} ${response.headers()['cache-control']}`);
      }
    });
    await page.goto('/library');
    await page.waitForLoadState('networkidle');
    expect(scripts).toEqual([]);
    for (const address of ['/palette', '/palette?palette=a3ab8d:70,232f4b:30']) {
      await mixer(page, address);
      const shift = await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            let sum = 0;
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value;
            }).observe({ type: 'layout-shift', buffered: true });
            setTimeout(() => resolve(sum), 500);
          }),
      );
      expect(shift).toBeLessThan(0.02);
    }
    expect(new Set(scripts)).toEqual(new Set(['js', 'wasm']));
    expect(new Set(answers)).toEqual(new Set(['200 public, max-age=31536000, immutable']));
  });

  test.describe('when the script does not come', () => {
    test.use({ allowed: [/Failed to load resource/] });

    test('the plain form does it', async ({ page }) => {
      await page.route('**/pkg/mixer.*', (route) => route.abort());
      await page.goto('/palette');
      await expect(page.locator('.mix')).not.toHaveAttribute('data-wakes');
      await expect(page.locator('.mix-row:visible')).toHaveCount(5);
      await expect(page.locator('.mix-photo')).toBeHidden();
      await page.locator('[name=share]').nth(0).fill('60');
      await page.getByRole('button', { name: 'Find materials' }).click();
      await expect(page.locator('h1')).toHaveText('Materials in these colours');
    });
  });
});
