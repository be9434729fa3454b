import type { World } from '../clock/world.ts';
import { AwsError } from '../service.ts';

/** Does what nobody waits for: that AWS refused it stands in the log, and ends nothing else. */
export const tryingIn =
  (world: World) =>
  (what: string, action: () => void): void => {
    try {
      action();
    } catch (thrown) {
      if (!(thrown instanceof AwsError)) throw thrown;
      world.log(`${what}: ${thrown.message}`);
    }
  };
