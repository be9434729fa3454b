import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copySource, listedKey } from '../../../../adapters/aws/s3-names.ts';
import { parseCopySource } from '../../../../embedded/s3/api-copy.ts';

/** Keys as S3 takes them: any characters that UTF-8 can carry. */
const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });

describe('names in requests and listings of S3', () => {
  it.each([
    ['a b.txt', 'files/a%20b.txt'],
    ['a+b.txt', 'files/a%2Bb.txt'],
    ['100%/x', 'files/100%25/x'],
    ['a&b=c?d#e', 'files/a%26b%3Dc%3Fd%23e'],
    ['%2B', 'files/%252B'],
    ['日本/🦊', 'files/%E6%97%A5%E6%9C%AC/%F0%9F%A6%8A'],
    ['x?versionId=y', 'files/x%3FversionId%3Dy'],
  ])('the copy source of %j is encoded', (name, encoded) => {
    expect(copySource({ bucket: 'files', key: name })).toBe(encoded);
  });

  it('S3 reads any key and version back from a copy source', () => {
    fc.assert(
      fc.property(key, fc.constantFrom(undefined, 'null', 'a.b_c'.repeat(6)), (name, version) => {
        const source = copySource({ bucket: 'files', key: name, ...(version && { version }) });
        expect(parseCopySource(source)).toEqual({ bucket: 'files', key: name, versionId: version });
      }),
    );
  });

  it('a key survives the form encoding of listings, in which a space is a plus', () => {
    expect(listedKey('a+b%2Bc%25')).toBe('a b+c%');
    fc.assert(
      fc.property(key, (name) => {
        expect(listedKey(encodeURIComponent(name).replaceAll('%20', '+'))).toBe(name);
      }),
    );
  });
});
