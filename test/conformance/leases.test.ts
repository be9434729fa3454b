import { describe, expect, it } from 'vitest';
import { later, minutes, seconds } from '../../core/time/instant.ts';
import { BACKENDS } from './catalog-backends.ts';
import { THREE } from './catalog-records.ts';

const NAME = 'expire#eu-central-1';
const until = later(THREE, minutes(20));

describe.each(BACKENDS)('leases in a catalog in %s', (_name, make) => {
  it('is held by one at a time, and its holder renews it', async () => {
    const catalog = make();
    expect(await catalog.lease({ name: NAME, holder: 'first', until }, THREE)).toBe(true);
    expect(await catalog.lease({ name: NAME, holder: 'second', until }, THREE)).toBe(false);
    const longer = later(until, minutes(20));
    expect(await catalog.lease({ name: NAME, holder: 'first', until: longer }, THREE)).toBe(true);
    expect(await catalog.lease({ name: NAME, holder: 'second', until: longer }, until)).toBe(false);
    expect(await catalog.lease({ name: 'expire#eu-west-1', holder: 'second', until }, THREE)).toBe(true);
  });

  it('runs out, so that a holder that died is not waited for', async () => {
    const catalog = make();
    await catalog.lease({ name: NAME, holder: 'first', until }, THREE);
    const soon = later(until, minutes(20));
    const before = later(THREE, minutes(20 - 1));
    expect(await catalog.lease({ name: NAME, holder: 'second', until: soon }, before)).toBe(false);
    expect(await catalog.lease({ name: NAME, holder: 'second', until: soon }, later(until, seconds(1)))).toBe(
      true,
    );
  });

  it('is given back by its holder and by nobody else', async () => {
    const catalog = make();
    await catalog.lease({ name: NAME, holder: 'first', until }, THREE);
    await catalog.release(NAME, 'second', THREE);
    expect(await catalog.lease({ name: NAME, holder: 'second', until }, THREE)).toBe(false);
    await catalog.release(NAME, 'first', THREE);
    await catalog.release(NAME, 'first', THREE);
    expect(await catalog.lease({ name: NAME, holder: 'second', until }, THREE)).toBe(true);
  });
});
