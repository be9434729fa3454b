import { describe, expect, test } from 'vitest';
import { quotedWords, redacted } from '../../../../../adapters/engines/shared/words.ts';
import { lastWords, printed } from '../../../../../adapters/engines/tidb/last-words.ts';

const at = '[2026/06/17 10:00:00.000 +00:00]';
const LOG = [
  `${at} [INFO] [info.go:53] ["Welcome to Backup & Restore (BR)"]`,
  `${at} [WARN] [s3.go:1] ["failed to get object lock configuration"] [error="AccessDenied: no"]`,
  `${at} [ERROR] [x.go:1] ["one store is slow"] [error="[BR:KV:ErrKVStorage]tikv storage occur I/O error"]`,
];

describe('what BR died of', () => {
  test('is what it said when it gave up, and not what it had recovered from', () => {
    const end = [`${at} [ERROR] [main.go:60] ["br failed"] [error=boom]`, 'Error: boom'];
    expect(lastWords([...LOG, ...end, 'main.main()', '\t/src/main.go:1'])).toEqual(end);
  });

  test('is what it logged as an error when it gave up without a word', () => {
    expect(lastWords(LOG)).toEqual([LOG[2]]);
  });

  test('is nothing when it said nothing, or was only warned', () => {
    expect(lastWords([])).toEqual([]);
    expect(lastWords(LOG.slice(0, 2))).toEqual([]);
    expect(quotedWords([])).toBe('it said nothing');
  });
});

test('what it prints is told from what it logs', () => {
  expect(printed([...LOG, '', ' 449700000000000000 '])).toEqual(['449700000000000000']);
});

describe('no secret gets into a message', () => {
  test.each([
    ['s3://b/p?access-key=ABCDEFGH&secret-access-key=wJalrXUtn/FEMI&x=1', ['ABCDEFGH', 'wJalrXUtn']],
    ['s3://b/p?session-token=FwoGZXIvYXdzE', ['FwoGZXIvYXdzE']],
    ['{"access_key":"ABCDEFGH","secret_access_key":"hush hush"}', ['ABCDEFGH', '"hush']],
    [String.raw`[storage="{\"SecretAccessKey\":\"wJalrXUtn\"}"]`, ['wJalrXUtn']],
    ['used ASIAQWERTYUIOPASDFGH for it', ['ASIAQWERTYUIOPASDFGH']],
    ['root password: "hunter2"', ['hunter2']],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', ['MIIE']],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE cut off', ['MIIE']],
  ])('%s', (text, secrets) => {
    for (const secret of secrets) {
      expect(redacted(text)).not.toContain(secret);
      expect(quotedWords(text.split('\n'))).not.toContain(secret);
    }
  });

  test('and what is none stays readable', () => {
    const text = 'Error: s3://vault/shop/p/data/backupmeta: InternalError, status code: 500';
    expect(redacted(text)).toBe(text);
  });
});
