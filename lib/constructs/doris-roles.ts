import { ArnPrincipal, type IPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { DorisAccess } from '../access/doris-access.ts';
import { dorisAt } from '../config/doris.ts';
import type { Site } from '../config/settings.ts';
import { dorisRoleName } from '../names.ts';

/**
 * The roles in which hosts of Doris clusters come to the vault: a repository names one, and the hosts assume it. Each is of
 * one cluster, and knows its hosts by their role and by the name that they give.
 */
export class DorisRoles extends Construct {
  constructor(scope: Construct, id: string, site: Site, access: DorisAccess) {
    super(scope, id);
    for (const here of dorisAt(site)) {
      const { cluster, end, hostRole } = here;
      const role = new Role(this, `${end}-${cluster}`, {
        roleName: dorisRoleName(site.region, end, cluster),
        description: `Hosts of the Doris cluster ${cluster} (${end}) in the vault of ${site.region}`,
        // CDK's own ArnPrincipal does not fit its IPrincipal under exactOptionalPropertyTypes; the cast is the way across.
        assumedBy: new ArnPrincipal(hostRole) as IPrincipal,
        externalIds: [cluster],
      });
      access.grantVault(role, here);
    }
  }
}
