import { useQuery, useQueryClient } from '@tanstack/react-query';
import { sessions } from '../api/calls.js';
import { ApiError } from '../api/client.js';
import type { User } from '../api/types.js';

const KEY = ['session'];

/** The person who is logged in; null when nobody is. */
export function useSession() {
  return useQuery<User | null>({
    queryKey: KEY,
    queryFn: () =>
      sessions.current().catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 401) return null;
        throw error;
      }),
    staleTime: 60_000,
  });
}

/** Logging in and out; both leave nothing behind of what the person before could see. */
export function useSessionActions() {
  const queries = useQueryClient();
  return {
    logIn: async (name: string, password: string): Promise<void> => {
      queries.setQueryData(KEY, await sessions.logIn(name, password));
    },
    logOut: async (): Promise<void> => {
      await sessions.logOut();
      // The shell goes on observing the session: it is set, not removed.
      queries.setQueryData(KEY, null);
      queries.removeQueries({ predicate: (query) => query.queryKey[0] !== KEY[0] });
    },
  };
}
