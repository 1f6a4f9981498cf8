import { useQueryClient } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { ApiError } from '../api/client.js';
import { Failed } from '../ui/states.js';
import { UpdatesProvider } from '../updates/updates.js';
import { UploadsProvider } from '../screens/videos/uploads.js';
import { Mark } from '../ui/mark.js';
import { LinkNotice } from './link-notice.js';
import { Navigation } from './navigation.js';
import { useSession } from './session.js';
import classes from './shell.module.css';

const LoginScreen = lazy(() => import('../screens/login/login-screen.js').then((m) => ({ default: m.LoginScreen })));

/** What is around every screen: the way between screens, the updates connection, uploads; or the login in its place. */
export function Shell() {
  const session = useSession();
  useLogoutOnRefusal();
  if (session.isPending) return <Splash />;
  if (session.isError) {
    return (
      <main className={classes.splash}>
        <Failed error={session.error} onRetry={() => void session.refetch()} />
      </main>
    );
  }
  if (session.data === null) {
    return (
      <Suspense fallback={<Splash />}>
        <LoginScreen />
      </Suspense>
    );
  }
  return (
    <UpdatesProvider>
      <UploadsProvider>
        <a href="#content" className={classes.skip}>
          Skip to the content
        </a>
        <div className={classes.shell}>
          <Navigation user={session.data} />
          <main id="content" className={classes.content} tabIndex={-1}>
            <LinkNotice />
            <Outlet />
          </main>
        </div>
      </UploadsProvider>
    </UpdatesProvider>
  );
}

function Splash() {
  return (
    <div className={classes.splash} role="status" aria-label="Loading">
      <Mark size={44} />
    </div>
  );
}

/** A session that ended elsewhere brings the login back, at the same address. */
function useLogoutOnRefusal(): void {
  const queries = useQueryClient();
  useEffect(() => {
    return queries.getQueryCache().subscribe(({ query }) => {
      const error: unknown = query.state.error;
      if (error instanceof ApiError && error.status === 401 && queries.getQueryData(['session']) !== null) {
        queries.setQueryData(['session'], null);
      }
    });
  }, [queries]);
}
