import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Site } from '../config/settings.ts';
import { CatalogTable } from '../constructs/catalog-table.ts';

/** The catalog and all its replicas: one stack in one region owns them (AWS::DynamoDB::GlobalTable). */
export class CatalogStack extends Stack {
  constructor(scope: Construct, id: string, { account, region, installation }: Site) {
    super(scope, id, {
      env: { account, region },
      description: 'Holdfast: the catalog, in every region',
      terminationProtection: true,
    });
    new CatalogTable(this, 'Catalog', { recoveryRegions: installation.regions.recovery });
  }
}
