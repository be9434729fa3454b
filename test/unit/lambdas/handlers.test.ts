import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { registerTransport } from '../../../adapters/aws/clients.ts';
import type { Platform } from '../../../core/ports/platform.ts';
import type { Handler } from '../../../lambdas/shared/handler-for.ts';
import { TASKS } from '../../../workflows/contracts/tasks.ts';
import { time } from '../../support/task-world.ts';

const LAMBDAS = join(import.meta.dirname, '../../../lambdas');
const foldersIn = (place: string): readonly string[] =>
  readdirSync(place, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
const FOLDERS = foldersIn(LAMBDAS)
  .filter((machine) => machine !== 'shared')
  .flatMap((machine) => foldersIn(join(LAMBDAS, machine)).map((task) => `${machine}/${task}`));
const kebab = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();

const keyIn = (region: string): string => `arn:aws:kms:${region}:111122223333:alias/holdfast-vault`;
const REGIONS = '{"eu-west-1":"a","eu-central-1":"b"}';
/** Everything that any function may be given. */
const VARIABLES: Readonly<Record<string, string>> = {
  AWS_REGION: 'eu-west-1',
  ACCOUNT: '111122223333',
  CONFIG_BUCKET: 'assets',
  CONFIG_KEY: 'config.json',
  CATALOG_TABLE: 'holdfast-catalog',
  SIDES: '["eu-central-1"]',
  BUS_NAME: 'holdfast',
  VAULTS: REGIONS,
  VAULT_KEYS: JSON.stringify({ 'eu-west-1': keyIn('eu-west-1'), 'eu-central-1': keyIn('eu-central-1') }),
  MACHINES: '{"backup":"arn:b","copy":"arn:c"}',
  RESTORE_BUCKET: 'restored',
  LANDINGS: REGIONS,
  HOME_REGION: 'eu-west-1',
  ROLE: 'primary',
  RECEIPTS: JSON.stringify({ key: keyIn('eu-west-1'), mode: 'GOVERNANCE', days: 400, versions: {} }),
  REACH: '{"services":{}}',
};

const logged: string[] = [];
const platform: Platform = {
  clock: { now: () => time('2026-11-21T12:00:00Z') },
  telemetry: {
    info: () => undefined,
    error: (message) => void logged.push(message),
    metric: () => undefined,
  },
};

const load = async (folder: string) => {
  const { handler } = (await import(join(LAMBDAS, folder, 'handler.ts'))) as { handler: Handler };
  const { env } = (await import(join(LAMBDAS, folder, 'env.ts'))) as { env: z.ZodObject };
  return { handler, env };
};

beforeAll(() => registerTransport(() => () => Promise.reject(new Error('no call is made by a cold start'))));
afterAll(() => registerTransport(undefined));

test('every task has its folder, and every folder its task', () => {
  const folders = FOLDERS.map((folder) => folder.split('/')[1]);
  expect(folders.sort()).toEqual(TASKS.map(({ name }) => kebab(name)).sort());
});

describe.each(FOLDERS)('%s', (folder) => {
  test('has a handler, its work, its environment and its wire', () => {
    const files = readdirSync(join(LAMBDAS, folder));
    for (const file of ['handler.ts', 'env.ts', 'wire.ts']) expect(files).toContain(file);
    expect(files.length).toBeGreaterThanOrEqual(4);
  });

  test('starts with the variables that its schema names, and says so without one', async () => {
    const { handler, env } = await load(folder);
    const named = Object.keys(env.shape);
    const given = Object.fromEntries(named.map((name) => [name, VARIABLES[name]]));
    expect(() => handler.start(given, platform)).not.toThrow();
    for (const name of named)
      expect(() => handler.start({ ...given, [name]: undefined }, platform), name).toThrow(name);
  });

  test('refuses an event of another shape under a name that machines know', async () => {
    const { handler } = await load(folder);
    const invoke = handler.start(VARIABLES, platform);
    await expect(invoke('not an event')).rejects.toMatchObject({ name: 'InvalidInput' });
    expect(logged.at(-1)).toContain('cannot read its input');
  });
});
