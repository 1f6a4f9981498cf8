import { ActionIcon, Button, Menu, type ActionIconProps, type ButtonProps, type MenuItemProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

type Anchor<Props> = Props &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof Props> & { readonly ref?: Ref<HTMLAnchorElement> };

/** A link of the page that looks like a button. */
export const ButtonLink = createLink((props: Anchor<ButtonProps>) => <Button component="a" {...props} />);

/** A link of the page that looks like an icon button; it needs an `aria-label`. */
export const IconLink = createLink((props: Anchor<ActionIconProps>) => <ActionIcon component="a" {...props} />);

/** A link of the page in a menu. */
export const MenuLink = createLink((props: Anchor<MenuItemProps>) => <Menu.Item component="a" {...props} />);
