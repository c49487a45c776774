import { catalogue } from './catalogue.rules';
import { type DetectionSettings } from './exception-kind.rules';

/** The catalogue as the API answers it, from the declarations the code runs. */
export function catalogueEntries(settings: DetectionSettings) {
  return catalogue.map((rules) => ({
    kind: rules.kind,
    description: rules.description,
    source: rules.source,
    subjectType: rules.subjectType,
    graceMs: rules.maxGraceMs(settings),
    owners: [...rules.owners, ...rules.contributing],
    group: rules.group,
    impact: [...rules.impact],
    decisions: [...rules.decisions],
    forbidden: [...rules.forbidden],
    autoResolves: rules.autoResolves,
    yieldsTo: [...rules.yieldsTo],
  }));
}
