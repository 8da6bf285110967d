"""What a shop sells and what was ordered, its signed customers, quick replies, uploaded pictures."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BUYERS = """
create table buyers (
  id          text        primary key collate "C",
  merchant_id bigint      not null,
  shop_id     bigint      not null,
  customer    text        not null collate "C" check (customer <> ''),
  name        text        not null,
  created_at  timestamptz not null,
  unique (shop_id, customer),
  unique (shop_id, id),
  foreign key (merchant_id, shop_id) references shops (merchant_id, id) on delete cascade
);
comment on table buyers is 'Customers a shop has vouched for; an anonymous buyer has no row.';
comment on column buyers.customer is 'The shop''s own id of the customer.';
comment on column buyers.name is 'Last name the shop''s signature covered, or empty.';
"""

# Products and orders mirror the shop platform, so their numbers and stock are its word, not ours.
TRADE = """
create table products (
  id             bigint generated always as identity primary key,
  merchant_id    bigint  not null,
  shop_id        bigint  not null,
  title          text    not null check (title <> ''),
  price_cents    bigint  not null check (price_cents >= 0),
  stock          integer not null check (stock >= 0),
  picture_colour text    not null check (picture_colour ~ '^#[0-9A-F]{6}$'),
  unique (shop_id, title),
  unique (shop_id, id),
  foreign key (merchant_id, shop_id) references shops (merchant_id, id) on delete cascade
);
comment on column products.picture_colour is 'Painted where the shop platform gave no picture.';

create table orders (
  id               bigint generated always as identity primary key,
  merchant_id      bigint      not null,
  shop_id          bigint      not null,
  buyer_id         text        not null collate "C",
  number           text        not null check (number <> ''),
  status           text        not null
                   check (status in ('placed', 'paid', 'shipped', 'received', 'refund_asked', 'refunded')),
  placed_at        timestamptz not null,
  paid_at          timestamptz check (paid_at >= placed_at),
  price_cents      bigint      not null check (price_cents >= 0),
  receiver_name    text        not null,
  receiver_phone   text        not null,
  receiver_address text        not null,
  remark           text        not null,
  unique (shop_id, number),
  foreign key (merchant_id, shop_id) references shops (merchant_id, id) on delete cascade,
  foreign key (shop_id, buyer_id) references buyers (shop_id, id)
);
create index orders_of_buyer on orders (shop_id, buyer_id, placed_at desc);

create table order_items (
  order_id    bigint   not null references orders on delete cascade,
  place       smallint not null,
  product_id  bigint   references products on delete set null,
  title       text     not null,
  variant     text     not null,
  quantity    integer  not null check (quantity > 0),
  price_cents bigint   not null check (price_cents >= 0),
  primary key (order_id, place)
);
comment on column order_items.title is 'As it was called when it was bought.';
create index on order_items (product_id);
"""

DESK = """
create table quick_replies (
  id          bigint generated always as identity primary key,
  merchant_id bigint not null references merchants on delete cascade,
  group_id    bigint,
  code        text   not null check (code ~ '^[0-9a-z_-]{1,20}$'),
  title       text   not null check (title <> ''),
  text        text   not null check (text <> ''),
  initials    text   not null,
  pinyin      text   not null,
  unique (merchant_id, code),
  foreign key (merchant_id, group_id) references groups (merchant_id, id) on delete cascade
);
comment on column quick_replies.group_id is 'Null: for everybody.';
comment on column quick_replies.initials is 'First letters of the title''s syllables, computed when written.';

create table pictures (
  id          text        primary key collate "C" check (id ~ '^[0-9a-f]{32}$'),
  merchant_id bigint      not null references merchants on delete cascade,
  author      text        not null collate "C",
  width       integer     not null check (width > 0),
  height      integer     not null check (height > 0),
  type        text        not null check (type in ('image/jpeg', 'image/png', 'image/webp')),
  bytes       integer     not null check (bytes > 0),
  created_at  timestamptz not null
);
comment on table pictures is 'The picture is a file in the data folder; a row without its file is a fault.';
comment on column pictures.author is 'Who uploaded it, named as in message ids: b<buyer> or a<account>.';
create index on pictures (merchant_id, author, created_at);
"""


def upgrade() -> None:
    op.execute(BUYERS)
    op.execute(TRADE)
    op.execute(DESK)
