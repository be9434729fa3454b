import { App, Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Installation } from '../core/plan/installation.ts';
import type { TaskName } from '../workflows/contracts/tasks.ts';
import { bundleOf, bundleOnce } from './code/bundle.ts';
import { FEATURE_FLAGS } from './config/feature-flags.ts';
import { regionsOf } from './config/settings.ts';
import { CatalogStack } from './stacks/catalog-stack.ts';
import { ControlStack } from './stacks/control-stack.ts';
import { StoreStack } from './stacks/store-stack.ts';

/** Stands in for an account where none is needed: templates for reading, the embedded cloud, tests. */
export const PLACEHOLDER_ACCOUNT = '111111111111';

export interface BuildOptions {
  /** @default the installation's account, else the placeholder */
  readonly account?: string;
  /** Where the cloud assembly is written. @default CDK's choice */
  readonly outdir?: string;
  /**
   * Bundle the handlers. Without it functions carry an empty program, which is enough for whoever runs the sources.
   * @default true
   */
  readonly bundle?: boolean;
  /**
   * Check the templates while they are synthesized: cdk-nag's AwsSolutions rules, and CDK's own validation of every
   * resource. Takes seconds, and says nothing new to whoever runs the same templates again.
   * @default true
   */
  readonly checked?: boolean;
}

/** The stacks of an installation. `synth()` on what it returns writes them; nothing here needs credentials. */
export function buildApp(installation: Installation, options: BuildOptions = {}): App {
  const account = options.account ?? installation.account ?? PLACEHOLDER_ACCOUNT;
  const checked = options.checked ?? true;
  const app = new App({
    context: { ...FEATURE_FLAGS },
    analyticsReporting: false,
    builtinCloudFormationValidation: checked,
    treeMetadata: checked,
    ...(options.outdir === undefined ? {} : { outdir: options.outdir }),
  });
  const codeOf = functionCode(options.bundle ?? true);
  const { primary } = installation.regions;
  const catalog = new CatalogStack(app, 'Holdfast-Catalog', { installation, account, region: primary });
  for (const region of regionsOf(installation)) {
    const site = { installation, account, region };
    const store = new StoreStack(app, `Holdfast-Store-${region}`, site);
    const control = new ControlStack(app, `Holdfast-${region}`, { ...site, codeOf });
    control.addStackDependency(store, 'its functions work in the vault');
    control.addStackDependency(catalog, 'its functions work on its replica of the catalog');
  }
  if (checked) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

function functionCode(bundle: boolean): (task: TaskName) => Code {
  if (!bundle) return () => Code.fromInline('// not bundled: the sources are run instead');
  bundleOnce();
  return (task) => Code.fromAsset(bundleOf(task));
}
