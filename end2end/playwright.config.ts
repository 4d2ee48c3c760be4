import { defineConfig, devices } from '@playwright/test';

// A photo search and the demo library keep both cores of a small machine busy: no parallel
// tests, and patience instead of a second try. A test that needs luck is a broken test.
export default defineConfig({
  testDir: './tests',
  globalSetup: './support/server.ts',
  fullyParallel: false,
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['list'], ['json']] : [['list']],
  outputDir: './test-results',
  use: {
    // The address of the server that support/server.ts started.
    baseURL: process.env.VENEER_URL,
    trace: 'off',
    screenshot: 'only-on-failure',
    locale: 'en-GB',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [{ name: 'desktop', use: { ...devices['Desktop Chrome'] } }],
});
