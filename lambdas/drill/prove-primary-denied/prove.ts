import { PermissionMissing, PrimaryStillReachable } from '../../../core/errors/registry.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { provePrimaryDenied } from '../../../workflows/contracts/drill.ts';
import type { Input, Output } from '../../shared/ports.ts';

interface ProvePorts {
  readonly home: string;
  /** The primary's vault. This function's role would be allowed to list it, were it not for the deny. */
  readonly vault: string;
  readonly primary: Pick<ObjectStore, 'list'>;
}

/**
 * Only a refusal is a proof. An answer, be it that there is nothing, means that what restores here could use the primary;
 * none at all, after every retry, is no proof either and fails the drill under its own name.
 */
export async function prove(
  { drill }: Input<typeof provePrimaryDenied>,
  { home, vault, primary }: ProvePorts,
): Promise<Output<typeof provePrimaryDenied>> {
  try {
    for await (const listed of primary.list(vault, 'work/')) {
      void listed;
      break;
    }
  } catch (error) {
    if (error instanceof PermissionMissing)
      return { detail: `a call to ${vault} in ${home} was refused: ${error.message.slice(0, 200)}` };
    throw error;
  }
  throw new PrimaryStillReachable(
    `${vault} in ${home} answered ${drill.drillId}, and everything that restores here is to be denied it; look for the deny of ${home} in the policies of the roles`,
    { vault },
  );
}
