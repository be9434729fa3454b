import { later } from '../../core/time/instant.ts';
import type { Daylight } from '../clock/daylight.ts';
import type { World } from '../clock/world.ts';
import type { Interference } from '../faults/hooks.ts';
import type { Monitoring } from '../monitoring/monitoring.ts';
import type { Deliver } from './async-event.ts';
import { Functions } from './functions.ts';

interface Cloud {
  readonly world: World;
  readonly daylight: Daylight;
  readonly monitoring: Monitoring;
}

type Faults = Required<Pick<Interference, 'strike' | 'clockError'>>;

/** Lambda as part of a cloud: with the cloud's metrics, and with clocks that may be wrong. */
export const functionsIn = (
  { world, daylight, monitoring }: Cloud,
  { strike, clockError }: Faults,
  deliver: Deliver,
): Functions =>
  new Functions({
    world,
    daylight,
    strike,
    clockOf: ({ region }) => ({ now: () => later(world.now(), clockError(region, world.now())) }),
    telemetry: monitoring.telemetry,
    deliver,
    measure: ({ name, region }, metric, value) =>
      monitoring.put(
        { region, namespace: 'AWS/Lambda', name: metric, dimensions: { FunctionName: name } },
        value,
      ),
  });
