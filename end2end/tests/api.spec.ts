import { expect, test } from '../support/quiet';

test('the page to try the API works, with nothing from elsewhere', async ({ page, baseURL }) => {
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${baseURL}/`) && !/^(data|blob):/.test(url)) elsewhere.push(url);
  });
  await page.goto('/api');
  const health = page.locator('#operations-service-health');
  await health.click();
  await health.locator('.execute').click();
  await expect(health.locator('.live-responses-table')).toContainText('"status": "ok"');
  expect(elsewhere).toEqual([]);
});
