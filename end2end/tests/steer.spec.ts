import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/axe';
import { dropFile } from '../support/drop';
import { madePhoto, unpack } from '../support/made';
import { photo } from '../support/photos';
import { expect, test } from '../support/quiet';

/** Searches with a photo from the home page. */
async function search(page: Page, name: string): Promise<void> {
  await page.goto('/');
  await expect(page.locator('.drop-paste')).toBeVisible();
  await dropFile(page, 'body', photo(name));
  await expect(page.locator('.drop-go')).toBeFocused();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/s\//);
}

/** Addresses of the materials on the wall, in their order. */
function wall(page: Page): Promise<(string | null)[]> {
  return page.locator('.centre .wall .swatch-link').evaluateAll((links) => links.map((a) => a.getAttribute('href')));
}

/** What stands around the order: counts, bands, headings. */
function around(page: Page): Promise<string[]> {
  return page
    .locator('.results-count, .band-head, .notice-say')
    .evaluateAll((all) => all.map((one) => (one.textContent ?? '').replace(/\s+/g, ' ').trim()));
}

async function slide(page: Page, key: string, value: number): Promise<void> {
  await page.locator(`.weights [name="${key}"]`).fill(String(value));
}

async function mixer(page: Page, address = '/palette'): Promise<void> {
  test.skip(process.env['VENEER_TEST_MIXER'] !== '1', 'the mixer is built by the cargo feature of that name');
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
});

test.describe('sliders', () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  test('order the wall as the server would, without another request', async ({ page }) => {
    await search(page, 'wood/acg_wood014.jpg');
    await page.waitForLoadState('networkidle');
    const usual = await wall(page);
    await page.locator('.weights').hover();
    await page.waitForLoadState('networkidle');

    const requests: string[] = [];
    page.on('request', (request) => {
      if (!/\/swatch\/|favicon/.test(request.url())) requests.push(request.url());
    });
    for (const [key, value] of [
      ['w_look', 0],
      ['w_colour', 100],
      ['w_kind', 55],
    ] as const) {
      await slide(page, key, value);
    }
    const moved = await wall(page);
    expect(moved).not.toEqual(usual);
    expect(requests).toEqual([]);
    await expect(page).toHaveURL(/w_look=0&w_colour=100&w_kind=55$/);
    const said = await around(page);

    await page.reload();
    expect(await wall(page)).toEqual(moved);
    expect(await around(page)).toEqual(said);
    await expect(page.locator('.weights [name=w_colour]')).toHaveValue('100');

    // back as it was, from the weighed page
    await page.waitForLoadState('networkidle');
    for (const [key, value] of [
      ['w_look', 100],
      ['w_colour', 20],
      ['w_kind', 30],
    ] as const) {
      await slide(page, key, value);
    }
    await expect.poll(() => wall(page)).toEqual(usual);
    await expect(page).not.toHaveURL(/w_/);
  });

  test('links of the page keep what the sliders say', async ({ page }) => {
    await page.goto('/library?palette=a3ab8d:70,232f4b:30&q=cloth');
    await page.waitForLoadState('networkidle');
    await slide(page, 'w_colour', 90);
    await expect(page).toHaveURL(/w_colour=90/);
    await expect(page.locator('.chips a.chip').first()).toHaveAttribute('href', /w_colour=90/);
    await expect(page.locator('.share [name=view]')).toHaveValue(/w_colour=90/);
    await expect(page.locator('.weights-usual')).toBeVisible();
    const moved = await wall(page);
    await page.reload();
    expect(await wall(page)).toEqual(moved);
    await page.locator('.weights-usual').click();
    await expect(page).not.toHaveURL(/w_colour/);
  });

  test('are asked of the server when the candidates do not come', async ({ page }) => {
    await page.route('**/candidates*', (route) => route.fulfill({ status: 200, body: 'nonsense' }));
    await search(page, 'wood/acg_wood014.jpg');
    await page.waitForLoadState('networkidle');
    await slide(page, 'w_look', 1);
    await page.waitForURL(/w_look=1(&|$)/);
    await expect(page.locator('.wall .swatch').first()).toBeVisible();
  });
});

test.describe('compare', () => {
  test('what is ticked on several pages stands side by side', async ({ page }) => {
    await page.goto('/library?category=stone');
    await expect(page.locator('.tray[data-awake]')).toBeAttached();
    await expect(page.locator('.tray')).toBeHidden();
    await page.locator('.keep input').nth(0).check();
    await expect(page.locator('.tray')).toBeVisible();
    await expect(page.locator('.tray-go')).toBeDisabled();
    await page.goto('/library?category=wood');
    for (const at of [0, 1, 2]) await page.locator('.keep input').nth(at).check();
    await expect(page.locator('.tray-place:visible')).toHaveCount(4);
    // a fifth is refused in a sentence
    await page.locator('.keep input').nth(3).click();
    await expect(page.locator('.keep input').nth(3)).not.toBeChecked();
    await expect(page.locator('.tray-said')).toHaveText('Four fit side by side. Take one off to keep another.');
    await page.locator('.tray-off').nth(1).click();
    await expect(page.locator('.keep input').nth(0)).not.toBeChecked();
    await expectAccessible(page);
    await page.locator('.tray-go').click();
    await page.waitForURL(/\/compare\?m=.+&m=.+&m=/);
    await expect(page.locator('.compare-head')).toHaveCount(3);
    await expect(page.locator('.compare-differs').first()).toContainText('differs');
    await expectAccessible(page);
    await page.getByRole('link', { name: /^Take off/ }).first().click();
    await expect(page.locator('.compare-head')).toHaveCount(2);
  });

  test('without JavaScript the boxes are a form', async ({ browser }) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto('/library');
    await page.locator('.keep input').nth(0).check();
    await page.locator('.keep input').nth(1).check();
    await page.getByRole('button', { name: 'Compare side by side' }).click();
    await expect(page).toHaveURL(/\/compare\?m=.+&m=/);
    await expect(page.locator('.compare-head')).toHaveCount(2);
    await page.goto('/compare');
    await expect(page.locator('main')).toContainText('Nothing to compare yet');
    await context.close();
  });
});

test.describe('parts and scale of a photo', () => {
  async function drop(page: Page): Promise<void> {
    await page.goto('/');
    await expect(page.locator('.drop-paste')).toBeVisible();
    await dropFile(page, 'body', photo('wood/acg_wood014.jpg'));
    await expect(page.locator('.drop-go')).toBeFocused();
  }

  test('several regions are searched for, and stand side by side', async ({ page }) => {
    await drop(page);
    await page.getByRole('button', { name: 'Crop', exact: true }).click();
    await page.keyboard.press('Shift+ArrowLeft');
    await page.getByRole('button', { name: 'Add another region' }).click();
    await expect(page.locator('.crop-region:visible')).toHaveCount(1);
    await expect(page.locator('.crop-box')).toBeFocused();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: 'Add another region' }).click();
    await page.keyboard.press('ArrowDown');
    await page.locator('.drop-go').click();
    await page.waitForURL(/\/together\?s=\w+&s=\w+&s=\w+$/);
    await expect(page.locator('.together-one')).toHaveCount(3);
    await expect(page.locator('.photo-preview-image').first()).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'All results of region 2' }).click();
    await page.waitForURL(/\/s\//);
  });

  test('two points and a length say how wide the photo is', async ({ page }) => {
    await drop(page);
    await page.locator('.drop-scale summary').click();
    await page.getByRole('button', { name: 'Mark two points' }).click();
    const stage = (await page.locator('.crop-stage').boundingBox())!;
    const at = (x: number): [number, number] => [stage.x + stage.width * x, stage.y + stage.height / 2];
    await page.mouse.click(...at(0.25));
    await page.mouse.click(...at(0.75));
    await expect(page.locator('.scale-length')).toBeFocused();
    await page.keyboard.type('10');
    const width = page.locator('[name=width]');
    await expect.poll(async () => Math.round(Number(await width.inputValue()))).toBe(20);

    // of a part, the part is sent
    await page.getByRole('button', { name: 'Crop', exact: true }).click();
    let posted: ReturnType<typeof unpack> | undefined;
    await page.route('**/search', (route) => {
      posted = unpack(route);
      return route.fulfill({ json: { id: null, url: '/about' } });
    });
    await page.locator('.drop-go').click();
    await page.waitForURL(/\/about/);
    expect(Number(posted!.fields.width)).toBeCloseTo(14, 0);
  });
});

for (const path of ['/palette', '/palette?palette=a3ab8d:70,232f4b:30', '/compare', '/library?palette=sage']) {
  test(`${path} can be used by everyone, in both themes`, async ({ page }) => {
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await page.goto(path);
      await page.waitForLoadState('networkidle');
      await expectAccessible(page);
    }
  });
}
