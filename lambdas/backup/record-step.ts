import type { RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import type { Step } from '../../core/engines/driver.ts';
import { invariant } from '../../core/errors/assert.ts';
import type { Catalog } from '../../core/ports/catalog.ts';
import { type ProgressOut, progressOf } from '../shared/progress.ts';

/** Moves a point to `captured` once its engine is ready, with the instant that it restores; then says where it stands. */
export async function recordStep(
  catalog: Pick<Catalog, 'advance'>,
  point: RecoveryPoint,
  step: Step,
): Promise<ProgressOut> {
  if (step.outcome === 'ready' && point.state === 'capturing') {
    const takenAt = step.takenAt ?? point.takenAt;
    invariant(takenAt !== undefined, 'a capture that is ready says which instant it restores', {
      recoveryPoint: point.id,
    });
    await catalog.advance(point.id, 'captured', { takenAt });
  }
  return progressOf(step);
}
