import { IconHourglass, IconRun, IconShieldExclamation } from '@tabler/icons-react';
import { ruleDescriptions } from '#behavior/rule.js';
import type { RuleKind } from '../api/types.js';

const icons = { intrusion: IconShieldExclamation, loitering: IconHourglass, running: IconRun } as const;

export function KindIcon({ kind, size = 16 }: { readonly kind: RuleKind; readonly size?: number }) {
  const Icon = icons[kind];
  return <Icon size={size} stroke={1.8} aria-hidden />;
}

/** `Intrusion`. */
export function kindLabel(kind: RuleKind): string {
  return ruleDescriptions[kind].label;
}
