import type { IRole } from 'aws-cdk-lib/aws-iam';
import { CATALOG_DUE_INDEX, tableArn } from '../names.ts';
import { allow } from './statement.ts';

/** What may be done in this region's replica of the catalog. Nothing may scan it. */
export class CatalogAccess {
  readonly #table: string;

  constructor(account: string, region: string) {
    this.#table = tableArn(account, region);
  }

  grantRead(role: IRole): void {
    allow(role, { actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: [this.#table] });
  }

  /** Conditional writes of records, several at once where they belong together. */
  grantRecord(role: IRole): void {
    this.grantRead(role);
    allow(role, {
      actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'],
      resources: [this.#table],
    });
  }

  grantFindDue(role: IRole): void {
    allow(role, { actions: ['dynamodb:Query'], resources: [`${this.#table}/index/${CATALOG_DUE_INDEX}`] });
  }

  /** A discarded point's record moves to where nothing restores from. */
  grantRetire(role: IRole): void {
    this.grantRecord(role);
    allow(role, { actions: ['dynamodb:DeleteItem'], resources: [this.#table] });
  }
}
