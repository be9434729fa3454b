import { HoldfastError, RegionNotBack } from '../../../core/errors/registry.ts';
import { numberOf } from '../../../core/groups/fence.ts';
import type { Epoch, Group } from '../../../core/groups/group.ts';
import type { Ports } from './resolve.ts';

/** A key of the vault that nobody writes: that it is missing shows that home's vault and its key can be used. */
const NOTHING = 'work/nothing-lies-here';

/**
 * Home answers, its replica of the catalog and this one agree, and its vault can be read.
 *
 * @throws RegionNotBack which says what is missing
 */
export async function requireHome(
  group: Group,
  epoch: Epoch | undefined,
  { home }: Pick<Ports, 'home'>,
): Promise<void> {
  const { region, vault } = home;
  const found = await answers(region, 'its replica of the catalog', () => home.groups.epoch(group.name));
  if (numberOf(found) !== numberOf(epoch))
    throw new RegionNotBack(
      `${region} believes that ${group.name} is in epoch ${numberOf(found)}, and it is in ${numberOf(epoch)}: its replica of the catalog has not caught up; wait for that, and start it again`,
      { group: group.name, region },
    );
  await answers(region, 'its vault', () => vault.store.get(vault.bucket, NOTHING));
}

async function answers<T>(region: string, what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    throw new RegionNotBack(
      `${region} is not back: ${what} does not answer (${error.message}); nothing was done, start it again when it is`,
      { region },
      { cause: error },
    );
  }
}
