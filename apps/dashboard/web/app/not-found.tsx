import { IconMapOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Empty } from '../ui/states.js';

/** The whole page of an address that no screen has. */
export function NotFoundPage() {
  return (
    <main>
      <NotFound />
    </main>
  );
}

/** In the place of something that is not there. */
export function NotFound() {
  return (
    <>
      <h1 className="visually-hidden">Not found</h1>
      <Empty
        icon={<IconMapOff size={24} />}
        title="There is nothing at this address"
        text="It may have been removed, or the link is incomplete."
      >
        <Link to="/">Go to the wall</Link>
      </Empty>
    </>
  );
}
