import { chromium, type Browser, type Page } from 'playwright-core';
import { startRecon, type ReconServer } from '../support/recon-server';

let recon: ReconServer;
let browser: Browser;
let page: Page;
const foreign: string[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  const executablePath = process.env['CHROMIUM_PATH'];
  if (executablePath === undefined) throw new Error('CHROMIUM_PATH must name a browser.');
  recon = await startRecon();
  browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  });
  page = await browser.newPage();
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(recon.origin)) {
      foreign.push(request.url());
    }
  });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
});
afterAll(async () => {
  await browser?.close();
  await recon?.close();
});

test('GraphiQL asks its first question and shows the answer, without any network but ours', async () => {
  await page.goto(recon.origin);
  await page.click('.graphiql-execute-button');
  const answer = page.locator('.result-window');
  await answer.getByText('customersCharged').waitFor();

  expect(await answer.innerText()).toContain('reconciliationExceptions');
  expect(foreign).toEqual([]);
  expect(complaints).toEqual([]);
});
