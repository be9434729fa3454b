import type { Stage } from '../../cli/stage.ts';
import { hours } from '../../core/time/instant.ts';
import { AWAY, HOME } from './installations.ts';
import type { Traps } from './traps.ts';

/** Drills of both engines in both regions: ordinary ones, ones as if the region were lost, and ones that somebody stops. */
export async function drills(stage: Stage, traps: Traps): Promise<void> {
  for (const region of [HOME, AWAY])
    for (const cluster of ['documents', 'orders']) {
      await stage.execute(region, 'drill', { cluster });
      await stage.execute(region, 'drill', { cluster, mode: 'region-lost' });
      await stopped(stage, traps, region, cluster);
    }
  // What stopped drills left behind is swept when their time is over.
  await stage.run(hours(8));
}

async function stopped(stage: Stage, traps: Traps, region: string, cluster: string): Promise<void> {
  traps.at('compare-drill', '', () => stage.cloud.states.stop(execution, 'Stopped', 'by an operator'));
  const execution = stage.start(region, 'drill', { cluster });
  await stage.until(execution.ended);
}
