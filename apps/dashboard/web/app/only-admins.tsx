import type { ReactNode } from 'react';
import { useSession } from './session.js';

/** Controls of what viewers may see but not change: the server would refuse them. */
export function OnlyAdmins({ children }: { readonly children: ReactNode }) {
  return useMayChange() ? children : null;
}

/** Whether who is logged in may change cameras, zones, rules and videos. */
export function useMayChange(): boolean {
  return useSession().data?.role === 'admin';
}
