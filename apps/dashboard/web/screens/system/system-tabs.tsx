import { Link } from '@tanstack/react-router';
import { useSession } from '../../app/session.js';
import classes from './system-tabs.module.css';

const tabs = [
  { to: '/system', label: 'Overview', forAdmins: false },
  { to: '/system/models', label: 'Models', forAdmins: false },
  { to: '/system/users', label: 'Users', forAdmins: true },
] as const;

/** The parts of the System screen. */
export function SystemTabs() {
  const isAdmin = useSession().data?.role === 'admin';
  return (
    <nav aria-label="System">
      <ul className={classes.tabs}>
        {tabs
          .filter((tab) => isAdmin || !tab.forAdmins)
          .map(({ to, label }) => (
            <li key={to}>
              <Link to={to} className={classes.tab} activeOptions={{ exact: true }}>
                {label}
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  );
}
