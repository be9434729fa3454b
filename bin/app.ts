import { instant } from '../core/time/instant.ts';
import config from '../holdfast.config.ts';
import { buildApp, PLACEHOLDER_ACCOUNT } from '../lib/build-app.ts';
import { load } from '../lib/config/load.ts';

// The CDK entry: configuration → stacks. `npx cdk synth` and `npx cdk deploy --all` run it.
const loaded = load(config, instant(Date.now()));

if ('refused' in loaded) {
  // The messages are the whole story; a stack trace would push them off the screen.
  console.error(`\n${loaded.refused.name}: ${loaded.refused.message}\n`);
  process.exitCode = 1;
} else {
  const { installation, arithmetic } = loaded;
  // CDK sets this from the credentials that it found; without any, templates are for reading.
  const account = installation.account ?? process.env['CDK_DEFAULT_ACCOUNT'] ?? PLACEHOLDER_ACCOUNT;
  console.error(['Objectives, worst moment of the coming year:', ...arithmetic, ''].join('\n'));
  if (account === PLACEHOLDER_ACCOUNT)
    console.error('no account is known: these templates name a placeholder and are for reading only\n');
  buildApp(installation, { account }).synth();
}
