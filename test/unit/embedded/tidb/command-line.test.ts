import { describe, expect, test } from 'vitest';
import { seconds } from '../../../../core/time/instant.ts';
import { parseArgv } from '../../../../embedded/tidb/br/argv.ts';
import { BrFailure } from '../../../../embedded/tidb/br/failure.ts';
import { parseFilter } from '../../../../embedded/tidb/br/filter.ts';
import { startedBy } from '../../../../embedded/tidb/br/shell.ts';
import { AWAY, Bench, S } from './bench.ts';

const parse = (text: string) => parseArgv(text.split(' '))!;

function refusal(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof BrFailure) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('flags', () => {
  test.each([
    '/br backup full --pd a:1 --storage s3://b/p --checksum=false',
    '/br backup full --pd=a:1 --storage=s3://b/p --checksum=false',
    '/br backup full -u a:1 -s s3://b/p --checksum=false',
    '/br backup full -ua:1 -s=s3://b/p --checksum=0',
  ])('%s', (text) => {
    const line = parse(text);
    expect(line.command).toBe('backup full');
    expect(line.list('pd')).toEqual(['a:1']);
    expect(line.text('storage')).toBe('s3://b/p');
    expect(line.yes('checksum')).toBe(false);
    expect(line.yes('send-credentials-to-tikv')).toBe(true);
  });

  test('filters add up, and PD may have several addresses', () => {
    const line = parse('/br backup full -u a:1,b:2 -f shop.* --filter !shop.log');
    expect(line.list('filter')).toEqual(['shop.*', '!shop.log']);
    expect(line.list('pd')).toEqual(['a:1', 'b:2']);
  });
});

test.each([
  ['/br backp full', 'unknown command "backp" for "br"'],
  ['/br backup everything', 'unknown command "everything" for "br backup"'],
  ['/br backup full --storge s3://b', 'unknown flag: --storge'],
  ['/br backup full --until 1', 'unknown flag: --until'],
  ['/br backup full -x', "unknown shorthand flag: 'x' in -x"],
  ['/br backup full --pd', 'flag needs an argument: --pd'],
  ['/br backup full -s', "flag needs an argument: 's' in -s"],
  ['/br backup full --checksum false', 'unknown command "false" for "br backup full"'],
  ['/br backup full --checksum=maybe', 'invalid argument "maybe" for "--checksum" flag'],
  ['/br backup full --ratelimit fast', 'invalid argument "fast" for "--ratelimit" flag'],
  ['/br backup full --lastbackupts 2026-01-01', 'invalid argument "2026-01-01" for "--lastbackupts" flag'],
  ['/br backup full --timeago yesterday', 'invalid argument "yesterday" for "--timeago" flag'],
  ['/br backup db -s s3://b', 'required flag(s) "db" not set'],
  ['/br backup table -s s3://b --db a', 'required flag(s) "table" not set'],
])('%s is refused', (text, message) => {
  expect(refusal(text)).toBe(message);
});

test('a refused command line ends with exit code 1 and an error line', async () => {
  const bench = new Bench();
  expect(await bench.refuse('backup full --nonsense')).toBe('Error: unknown flag: --nonsense');
});

test('a storage that is none is refused', async () => {
  const bench = new Bench();
  await bench.shop();
  const config = '[BR:ExternalStorage:ErrStorageInvalidConfig]';
  expect(await bench.refuse('backup full -u shop:2379')).toContain(`empty store is not allowed: ${config}`);
  expect(await bench.refuse('backup full -u shop:2379 -s s4://b/p')).toContain(config);
  expect(await bench.refuse('backup full -u shop:2379 -s s3:///p')).toContain(config);
  expect(await bench.refuse(`backup full -u shop:2379 -s ${S}/p?colour=red`)).toContain(config);
  expect(await bench.refuse('backup full -u shop:2379 -s s3://absent/p')).toContain('absent');
});

test('table filters: the last rule that matches says', () => {
  const { matches } = parseFilter(['shop.*', '!shop.log_?', '!*.tmp*', 'shop.log_[ab]']);
  expect(matches('shop', 'orders')).toBe(true);
  expect(matches('SHOP', 'Orders')).toBe(true);
  expect(matches('shop', 'log_1')).toBe(false);
  expect(matches('shop', 'log_a')).toBe(true);
  expect(matches('shop', 'tmp1')).toBe(false);
  expect(matches('shopping', 'orders')).toBe(false);
});

describe('PD', () => {
  const FULL = `backup full -s ${S}/p/1 -c=false`;
  const UNREACHABLE = '[BR:PD:ErrPDUpdateFailed]';

  test('is looked for at this machine when no address is given', async () => {
    const bench = new Bench();
    await bench.shop();
    expect(await bench.refuse(FULL)).toContain('pd address (127.0.0.1:2379) not available');
  });

  test('does not answer at a wrong address, in another region, or from another security group', async () => {
    const bench = new Bench();
    await bench.shop({ reachableFrom: ['sg-br'] });
    const started = bench.world.now();
    expect(await bench.refuse(`${FULL} -u shop:2380`)).toContain(UNREACHABLE);
    expect(bench.world.now() - started).toBeGreaterThanOrEqual(seconds(30));
    expect(await bench.refuse(`${FULL} -u shop:2379`, { region: AWAY })).toContain(UNREACHABLE);
    expect(await bench.refuse(`${FULL} -u shop:2379`, { securityGroups: ['sg-other'] })).toContain(
      UNREACHABLE,
    );
    await bench.succeed(`${FULL} -u down:2379,shop:2379`);
  });

  test('that hides fails every command that needs it', async () => {
    const bench = new Bench();
    const { source } = await bench.shop();
    source.faults.hidesPd = true;
    for (const command of [FULL, 'log status', 'log stop --task-name x', `restore full -s ${S}/p/1`])
      expect(await bench.refuse(`${command} -u shop:2379`)).toContain(UNREACHABLE);
  });
});

describe('TLS', () => {
  const tls = { ca: 'CA', cert: 'CERT', key: 'KEY' };
  const SCRIPT = `printf '%s' "$BR_CA" > /tmp/ca.pem && printf '%s' "$BR_CERT" > /tmp/cert.pem && printf '%s' "$BR_KEY" > /tmp/key.pem && exec /br "$@"`;
  const environment = { BR_CA: 'CA', BR_CERT: 'CERT', BR_KEY: 'KEY' };
  const argv = [
    'sh',
    '-c',
    SCRIPT,
    'br',
    ...`backup full -u shop:2379 -s ${S}/p/1 --ca /tmp/ca.pem --cert /tmp/cert.pem --key /tmp/key.pem`.split(
      ' ',
    ),
  ];

  async function exitOf(bench: Bench, words: readonly string[], given: Record<string, string>) {
    const ended = bench.start(words, { environment: given });
    await bench.world.runWhile(() => ended.exitCode === undefined);
    return `${ended.exitCode} ${ended.lines.findLast((line) => line.startsWith('Error')) ?? ''}`;
  }

  test('a cluster with TLS takes who brings its certificates, and no one else', async () => {
    const bench = new Bench();
    await bench.shop({ tls });
    expect(await bench.refuse(`backup full -u shop:2379 -s ${S}/p/1`)).toContain('[BR:PD:ErrPDUpdateFailed]');
    expect(await exitOf(bench, argv, { ...environment, BR_KEY: 'WRONG' })).toContain(
      '[BR:PD:ErrPDUpdateFailed]',
    );
    expect(await exitOf(bench, argv, environment)).toBe('0 ');
  });

  test('a certificate that is no file is refused', async () => {
    const bench = new Bench();
    await bench.shop({ tls });
    expect(await bench.refuse(`backup full -u shop:2379 -s ${S}/p/1 --ca /tmp/none.pem`)).toContain(
      'open /tmp/none.pem: no such file or directory',
    );
  });

  test.each([
    ['curl https://example.com && exec /br "$@"'],
    [`printf '%s' "$BR_CA" > /tmp/ca.pem && /br "$@"`],
    ['exec /br "$@"; rm -rf /'],
  ])('the script %s is not modelled', (script) => {
    expect(() => startedBy(['sh', '-c', script, 'br'], {})).toThrow('does not model');
  });

  test('a program that is not in the image is not found', async () => {
    expect(await exitOf(new Bench(), ['/bin/tidb'], {})).toBe('127 ');
  });
});
