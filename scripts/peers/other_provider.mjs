// Somebody signs up with another provider, comes back, and links and unlinks it; axe-core looks at the pages.
//
//     node scripts/peers/other_provider.mjs BASE_URL CHROMIUM [FOLDER]
//
// The provider is the one of oidc_provider.mjs. Needs playwright-core and axe-core, found as node finds modules.
import assert from "node:assert";
import { start } from "./browser.mjs";

const [base, executablePath, pictures] = process.argv.slice(2);
const email = `hopper-${Date.now()}@example.com`;

const { browser, context, page, look, at, open, press, told, failed } = await start(base, executablePath, pictures);
const atTheProvider = async () => {
  await page.locator("input[name=login]").fill(email);
  await page.locator("input[name=password]").fill("anything");
  await page.locator("button[type=submit]").click();
  await page.getByRole("button", { name: "Continue" }).click();
};

try {
  await open("/auth/sign-in?return_to=/account/connections");
  await page.getByRole("link", { name: "Continue with Peer ID" }).click();
  await atTheProvider();
  await at("/account/connections");
  await page.getByText(email).waitFor();
  await look("connections-linked");
  await press("Unlink Peer ID");
  await page.locator(".alert").waitFor();
  await look("connections-last-way-in");
  await open("/account/profile");
  assert.equal(await page.getByLabel("Last name").inputValue(), "Hopper");
  await press("Sign out");
  await at("/auth/sign-in?done=signed-out");
  // The provider still knows the browser, and asks for nothing.
  await page.getByRole("link", { name: "Continue with Peer ID" }).click();
  await at("/account/security");
  console.log("oidc-provider signs a newcomer up and in: they agree");

  // Somebody says no there.
  await context.clearCookies();
  await open("/auth/sign-in");
  await page.getByRole("link", { name: "Continue with Peer ID" }).click();
  await page.getByRole("link", { name: "[ Cancel ]" }).click();
  await page.getByText("OAUTH_DENIED").waitFor();
  await look("provider-denied");
  told();
  console.log("oidc-provider tells that somebody said no: they agree");
} catch (error) {
  await failed(error);
} finally {
  await browser.close();
}
