import { ActionIcon, Menu, SegmentedControl, useMantineColorScheme } from '@mantine/core';
import {
  IconActivityHeartbeat,
  IconBell,
  IconKey,
  IconLayoutGrid,
  IconLogout,
  IconMovie,
  IconRoute,
  IconUserCircle,
  IconUserSearch,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { events } from '../api/calls.js';
import type { User } from '../api/types.js';
import { sayFailed } from '../ui/undo.js';
import { Mark } from '../ui/mark.js';
import { useSessionActions } from './session.js';
import classes from './navigation.module.css';

const PasswordDialog = lazy(() =>
  import('../screens/system/password-dialog.js').then((m) => ({ default: m.PasswordDialog })),
);

const places = [
  { to: '/', label: 'Wall', icon: IconLayoutGrid },
  { to: '/alerts', label: 'Alerts', icon: IconBell },
  { to: '/search', label: 'Search', icon: IconUserSearch },
  { to: '/tracks', label: 'Tracks', icon: IconRoute },
  { to: '/videos', label: 'Videos', icon: IconMovie },
  { to: '/system', label: 'System', icon: IconActivityHeartbeat },
] as const;

/** The rail on the left; at phone width the bar at the bottom. */
export function Navigation({ user }: { readonly user: User }) {
  const open = useQuery({
    queryKey: ['events', 'newest', 'open-count'],
    queryFn: () => events.page({ acknowledged: 'no', limit: 1 }),
    select: (page) => page.total,
  });
  return (
    <nav className={classes.nav} aria-label="Main">
      <Link to="/" className={classes.brand} aria-label="Posewatch, to the wall">
        <Mark />
      </Link>
      <ul className={classes.places}>
        {places.map(({ to, label, icon: Icon }) => (
          <li key={to}>
            <Link to={to} className={classes.place} activeOptions={{ exact: to === '/', includeSearch: false }}>
              <span className={classes.icon}>
                <Icon size={22} stroke={1.7} aria-hidden />
                {to === '/alerts' && (open.data ?? 0) > 0 && (
                  <span className={classes.badge}>
                    {Math.min(99, open.data ?? 0)}
                    <span className="visually-hidden"> open</span>
                  </span>
                )}
              </span>
              {label}
            </Link>
          </li>
        ))}
      </ul>
      <Account user={user} />
    </nav>
  );
}

function Account({ user }: { readonly user: User }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { logOut } = useSessionActions();
  const [isChanging, setChanging] = useState(false);
  return (
    <div className={classes.account}>
      <Menu position="right-end" width={240} offset={12} closeOnItemClick={false} withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" size={44} radius="xl" aria-label={`Account of ${user.name}`}>
            <IconUserCircle size={24} stroke={1.6} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <div className={classes.who}>
            <strong>{user.name}</strong>
            <span className="dim">{user.role === 'admin' ? 'Administrator' : 'Viewer'}</span>
          </div>
          <div className={classes.theme}>
            <SegmentedControl
              fullWidth
              size="xs"
              aria-label="Theme"
              value={colorScheme}
              onChange={(value) => {
                setColorScheme(value);
              }}
              data={[
                { value: 'auto', label: 'Auto' },
                { value: 'light', label: 'Light' },
                { value: 'dark', label: 'Dark' },
              ]}
            />
          </div>
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconKey size={16} />}
            closeMenuOnClick
            onClick={() => {
              setChanging(true);
            }}
          >
            Change your password
          </Menu.Item>
          <Menu.Item
            leftSection={<IconLogout size={16} />}
            onClick={() => {
              logOut().catch((error: unknown) => {
                sayFailed('You are still logged in', error);
              });
            }}
          >
            Log out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isChanging && (
        <Suspense>
          <PasswordDialog
            onClose={() => {
              setChanging(false);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
