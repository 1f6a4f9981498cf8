import { ActionIcon, Menu, SegmentedControl, useMantineColorScheme } from '@mantine/core';
import {
  IconActivityHeartbeat,
  IconBell,
  IconChartHistogram,
  IconDots,
  IconKey,
  IconLayoutGrid,
  IconLogout,
  IconMovie,
  IconRoute,
  IconShieldExclamation,
  IconUserCircle,
  IconUserSearch,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { events } from '../api/calls.js';
import type { User } from '../api/types.js';
import { sayFailed } from '../ui/undo.js';
import { MenuLink } from '../ui/links.js';
import { Mark } from '../ui/mark.js';
import { useSessionActions } from './session.js';
import classes from './navigation.module.css';

const PasswordDialog = lazy(() =>
  import('../screens/system/password-dialog.js').then((m) => ({ default: m.PasswordDialog })),
);

/** `isRare`: at phone width under "More", since the bar has room for four. */
const places = [
  { to: '/', label: 'Wall', icon: IconLayoutGrid, isRare: false },
  { to: '/alerts', label: 'Alerts', icon: IconBell, isRare: false },
  { to: '/search', label: 'Search', icon: IconUserSearch, isRare: false },
  { to: '/tracks', label: 'Tracks', icon: IconRoute, isRare: true },
  { to: '/videos', label: 'Videos', icon: IconMovie, isRare: false },
  { to: '/rules', label: 'Rules', icon: IconShieldExclamation, isRare: true },
  { to: '/insights', label: 'Insights', icon: IconChartHistogram, isRare: true },
  { to: '/system', label: 'System', icon: IconActivityHeartbeat, isRare: true },
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
        {places.map(({ to, label, icon: Icon, isRare }) => (
          <li key={to} data-rare={isRare || undefined}>
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
        <li className={classes.more}>
          <More />
        </li>
      </ul>
      <Account user={user} />
    </nav>
  );
}

/** The places that the bar of a phone has no room for. */
function More() {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const rare = places.filter(({ isRare }) => isRare);
  const isHere = rare.some(({ to }) => path.startsWith(to));
  return (
    <Menu position="top-end" width={200} offset={12} withinPortal>
      <Menu.Target>
        <button type="button" className={`${classes.place} ${isHere ? 'active' : ''}`}>
          <span className={classes.icon}>
            <IconDots size={22} stroke={1.7} aria-hidden />
          </span>
          More
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {rare.map(({ to, label, icon: Icon }) => (
          <MenuLink key={to} to={to} leftSection={<Icon size={18} stroke={1.7} aria-hidden />}>
            {label}
          </MenuLink>
        ))}
      </Menu.Dropdown>
    </Menu>
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
