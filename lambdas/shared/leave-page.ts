import { recoverKey } from '../../core/manifest/layout.ts';
import { recoverPage } from '../../core/runbook/recover.ts';
import type { Recoverable } from '../../core/runbook/steps.ts';
import type { TaskPorts } from './ports.ts';

/**
 * Leaves the page that says how to recover a point in a region without Holdfast, beside its manifest there. Before the
 * point counts in that region: what counts has its page.
 */
export async function leavePage(
  what: Pick<Recoverable, 'cluster' | 'point' | 'index' | 'region'>,
  { pages }: Pick<TaskPorts, 'pages'>,
): Promise<void> {
  const page = recoverPage({ ...what, ...pages.placeIn(what.region) });
  await pages.put(what.region, recoverKey(what.cluster.name, what.point.id), page);
}
