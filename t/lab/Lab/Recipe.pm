# SPDX-License-Identifier: GPL-3.0-or-later
# Reads the recipes (t/lab/zones) and builds each zone as each of its two servers shall hold it.
package Lab::Recipe;

use strict;
use warnings;
use Exporter qw(import);
use Lab::Key;
use Lab::Zone;

our @EXPORT_OK = qw(read_recipes all_keys build assemble address_of);

# Where the two servers of a zone are by their role, less the number of the server (1 or 2).
# `loaded` roles need the zone in NSD or Knot; the others of `front` stand before those.
my %ROLE = (
    authoritative => { base => 10, loaded => 1 },
    top           => { base => 0,  loaded => 1 },
    refused       => { base => 10 },
    servfail      => { base => 10, fileless => 1 },
    silent        => { base => 60, front => 1 },
    lame          => { base => 70, front => 1, loaded => 1 },
    noedns        => { base => 80, front => 1, loaded => 1 },
    notcp         => { base => 90, front => 1, loaded => 1 },
    pdns          => { base => 20, live => 1 },
    online        => { base => 30, live => 1 },
    compact       => { base => 40, front => 1 },
    odd           => { base => 50, front => 1, loaded => 1 },
);

sub role
{
    my ($recipe, $server) = @_;
    my $name = $recipe->{serve}[ $server - 1 ];
    return { name => $name, %{ $ROLE{$name} // die "$recipe->{name}: no role $name\n" } };
}

sub address_of
{
    my ($recipe, $server) = @_;
    return '127.0.53.' . (role($recipe, $server)->{base} + $server);
}

sub parse_line
{
    my ($line) = @_;
    my ($server, $rest) = $line =~ /^\s*(?:([12]):)?\s*(.*?)\s*$/;
    my ($verb, $arguments) = split ' ', $rest, 2;
    return { server => $server // 0, verb => $verb, text => $arguments // '' };
}

# The name of the nearest zone above, of those in `zones`; empty for the root.
sub parent_of
{
    my ($name, $zones) = @_;
    while ($name =~ s/^[^.]+\.//) {
        my $above = length $name ? $name : ".";
        return $above if $zones->{$above};
    }
    return "";
}

# The recipes in the order of the file, as a list of { name, parent, serve, steps }.
sub read_recipes
{
    my ($file) = @_;
    my @recipes;
    open my $in, '<', $file or die "cannot read $file: $!\n";
    while (my $line = <$in>) {
        $line =~ s/(^|\s)#.*//s;
        next if $line !~ /\S/;
        my $step = parse_line($line);
        if ($step->{verb} eq 'zone') {
            my $name = $step->{text} =~ /\.$/ ? $step->{text} : "$step->{text}.test.";
            push @recipes, { name => $name, serve => [ ('authoritative') x 2 ], steps => [] };
        }
        elsif ($step->{verb} eq 'serve') {
            $recipes[-1]{serve} = [ split ' ', $step->{text} ];
        }
        else {
            push @{ $recipes[-1]{steps} }, $step;
        }
    }
    my %zones = map { $_->{name} => 1 } @recipes;
    $_->{parent} = parent_of($_->{name}, \%zones) for @recipes;
    return @recipes;
}

# "A=1 B=2" as a list of pairs.
sub pairs
{
    my ($text) = @_;
    return map { [ split /=/, $_, 2 ] } split ' ', $text;
}

sub plan
{
    my ($text) = @_;
    return { map { $_->[0] => $_->[1] // 1 } pairs($text) };
}

# Every step a recipe may have; each gets the zone and the words after the verb.
my %STEP = (
    keys => sub {
        my ($zone, $text, $folder) = @_;
        $zone->{keys} = { map { $_->[0] => Lab::Key->get($folder, @$_) } pairs($text) };
    },
    unsigned => sub { $_[0]{keys} = {} },
    hide     => sub { $_[0]{hidden}{$_} = 1 for split ' ', $_[1] },
    idle     => sub { $_[0]{idle}{$_} = 1 for split ' ', $_[1] },
    flags    => sub { change_key($_[0], flags => $_[1]) },
    protocol => sub { change_key($_[0], protocol => $_[1]) },
    shorten  => sub {
        my ($zone, $name) = @_;
        my $key = $zone->{keys}{$name};
        $zone->{keys}{$name} = $key->but(public => substr $key->{public}, 1);
    },
    roca => sub {
        my ($zone, $name) = @_;
        $zone->{keys}{$name} = $zone->{keys}{$name}->roca;
        $zone->{idle}{$name} = 1;
    },
    swap => sub {
        my ($zone, $name) = @_;
        $zone->{keys}{$name} = $zone->{keys}{$name}->twin->but(name => $name);
    },
    claim => sub {
        my ($zone, $text) = @_;
        for my $pair (pairs($text)) {
            my ($name, $algorithm) = @$pair;
            my $key = $zone->{keys}{$name};
            $zone->{keys}{$name} = $key->but(algorithm => $algorithm, really => $key->signs_as);
        }
    },
    twin => sub {
        my ($zone, $name) = @_;
        my $twin = $zone->{keys}{$name}->twin;
        $zone->{keys}{ $twin->{name} } = $twin;
        $zone->{idle}{ $twin->{name} } = 1;
    },
    nsec3 => sub {
        my ($zone, $text) = @_;
        my ($iterations, $salt, $flag) = split ' ', $text;
        $zone->{denial} = 'nsec3';
        my $nsec3 = $zone->{nsec3};
        @$nsec3{qw(iterations salt)} = ($iterations // 0, $salt // '-');
        $nsec3->{optout} = ($flag // '') eq 'optout' ? 1 : 0; # `narrow` is for PowerDNS
    },
    nsec3param    => sub { $_[0]{nsec3}{param} = $_[1] },
    'nsec3-wrong' => sub { $_[0]{nsec3}{wrong} = $_[1] },
    set      => sub { push @{ $_[0]{replaced} }, [ split ' ', $_[1], 2 ] },
    lose     => sub { push @{ $_[0]{lost} }, $_[1] },
    nodenial => sub { $_[0]{denial} = 'none' },
    serial   => sub { $_[0]{serial} = $_[1] },
    expire   => sub { $_[0]{expire} = $_[1] },
    timers   => sub { @{ $_[0] }{qw(refresh retry minimum)} = split ' ', $_[1] },
    window   => sub { $_[0]{window} = $_[1] },
    ttl      => sub {
        my ($zone, $text) = @_;
        my ($seconds, $selector) = split ' ', $text;
        $zone->{ttl} = $seconds if !$selector;
        $_->{ttl} = $seconds for $zone->select($selector // '*');
    },
    cds => sub {
        my ($zone, $text) = @_;
        for my $key (map { $zone->{keys}{$_} } split ' ', $text) {
            $zone->add('@', 'CDS', $key->ds_text($zone->{name}, 2));
            $zone->add('@', 'CDNSKEY', $key->text);
        }
    },
    add  => sub { $_[0]->add(split ' ', $_[1], 3) },
    drop => sub { $_[0]->drop($_[1]) },
    (map { my $verb = $_; $verb => sub { add_plan($verb, @_) } } qw(sign also strip)),
    (map { $_ => sub { } } qw(ds ds-sign ds-also ds-strip delegate glue transfers)),
);

sub change_key
{
    my ($zone, $field, $text) = @_;
    $zone->{keys}{ $_->[0] } = $zone->{keys}{ $_->[0] }->but($field => $_->[1]) for pairs($text);
    return;
}

sub add_plan
{
    my ($verb, $zone, $text) = @_;
    my ($selector, $options) = split ' ', $text, 2;
    push @{ $zone->{plans} }, [ $verb, $selector, plan($options // '') ];
    return;
}

# The steps of a recipe that one of the servers takes.
sub steps_for
{
    my ($recipe, $server) = @_;
    return grep { !$_->{server} || $_->{server} == $server } @{ $recipe->{steps} };
}

sub take_steps
{
    my ($zone, $recipe, $server, $folder) = @_;
    $STEP{keys}->($zone, 'K1=13 Z1=13', $folder);
    for my $step (steps_for($recipe, $server)) {
        my $code = $STEP{ $step->{verb} } // die "$recipe->{name}: no such step: $step->{verb}\n";
        $code->($zone, $step->{text}, $folder);
    }
    return;
}

# What every zone holds unless its recipe drops it.
sub add_usual_records
{
    my ($zone, $recipe) = @_;
    for my $server (1, 2) {
        $zone->add('@', 'NS', $zone->absolute("ns$server"));
        $zone->add("ns$server", 'A', address_of($recipe, $server));
    }
    $zone->add('@', 'A', '192.0.2.1');
    $zone->add('@', 'AAAA', '2001:db8::1');
    $zone->add('@', 'MX', '10 ' . $zone->absolute('www'));
    $zone->add('@', 'TXT', '"a zone of the lab"');
    $zone->add('www', 'A', '192.0.2.2');
    return;
}

sub add_soa
{
    my ($zone) = @_;
    my $names = join ' ', map { $zone->absolute($_) } qw(ns1 hostmaster);
    my @numbers = (
        $zone->{serial}, $zone->{refresh} // 7200, $zone->{retry} // 3600, $zone->{expire},
        $zone->{minimum} // $zone->{ttl},
    );
    $zone->add('@', 'SOA', "$names @numbers");
    return;
}

# The name servers in a delegation and their glue, as `delegate` and `glue` say.
sub add_name_servers
{
    my ($zone, $child, @steps) = @_;
    my $name = $child->{name};
    my ($hosts) = map { $_->{text} } grep { $_->{verb} eq 'delegate' } @steps;
    my %glue = map { ("ns$_" => address_of($child, $_)) } 1, 2;
    %glue = (%glue, map { split ' ', $_->{text}, 2 } grep { $_->{verb} eq 'glue' } @steps);
    for my $host (grep { $_ ne 'none' } split ' ', $hosts // 'ns1 ns2') {
        $zone->add($name, 'NS', "$host.$name");
        for my $address (grep { $_ ne 'none' } split ' ', $glue{$host} // 'none') {
            $zone->add("$host.$name", $address =~ /:/ ? 'AAAA' : 'A', $address);
        }
    }
    return;
}

# The delegation of `child` in `zone`, and how its DS is to be signed.
sub add_delegation
{
    my ($zone, $child, $server, $folder) = @_;
    my $name = $child->{name};
    $zone->{cuts}{$name} = 1;
    add_name_servers($zone, $child, steps_for($child, $server));
    my @steps = grep { $_->{verb} =~ /^ds/ } steps_for($child, $server);
    my ($chosen) = map { $_->{text} } grep { $_->{verb} eq 'ds' } @steps;
    add_ds($zone, $child, $server, $folder, $chosen);
    for my $step (grep { $_->{verb} ne 'ds' } @steps) {
        push @{ $zone->{plans} }, [ $step->{verb} =~ s/^ds-//r, "$name/DS", plan($step->{text}) ];
    }
    return;
}

# A DS for each key of `chosen`, else for each published key that is not a ZSK.
sub add_ds
{
    my ($zone, $child, $server, $folder, $chosen) = @_;
    my $below = Lab::Zone->new($child->{name}, $zone->{now});
    take_settings($below, $child, $server, $folder);
    my @names = defined $chosen ? split ' ', $chosen
        : grep { /^[KC]/ } map { $_->{name} } $below->published_keys;
    for my $word (grep { $_ ne 'none' } @names) {
        my ($name, $options) = split m{/}, $word;
        my $change = plan(join ' ', split /,/, $options // '');
        my $key = $below->{keys}{$name} // Lab::Key->get($folder, split /=/, $name);
        $key = $key->but(flags => $change->{flags}) if $change->{flags};
        $zone->add($child->{name}, 'DS',
            $key->ds_text($child->{name}, $change->{type} // 2, %$change));
    }
    return;
}

# Only what a recipe says about its keys.
sub take_settings
{
    my ($zone, $recipe, $server, $folder) = @_;
    my %about_keys = map { $_ => 1 } qw(keys unsigned hide flags protocol shorten);
    my @steps = grep { $about_keys{ $_->{verb} } } @{ $recipe->{steps} };
    take_steps($zone, { %$recipe, steps => \@steps }, $server, $folder);
    return;
}

# The zone of a recipe as one of its servers shall hold it, before it is signed.
sub assemble
{
    my ($recipe, $server, $now, $folder, @recipes) = @_;
    my $zone = Lab::Zone->new($recipe->{name}, $now);
    add_usual_records($zone, $recipe);
    take_steps($zone, $recipe, $server, $folder);
    add_soa($zone);
    for my $child (@recipes) {
        add_delegation($zone, $child, $server, $folder) if $child->{parent} eq $recipe->{name};
    }
    return $zone;
}

# The zone of a recipe as one of its servers holds it.
sub build
{
    my $zone = assemble(@_);
    $zone->finish;
    return $zone;
}

# Makes every key that the recipes use, so that processes can share them afterwards.
sub all_keys
{
    my ($folder, @recipes) = @_;
    my @steps = map { @{ $_->{steps} } } @recipes;
    my @lists = map { $_->{text} } grep { $_->{verb} eq 'keys' } @steps;
    my @ds = map { split ' ', $_->{text} } grep { $_->{verb} eq 'ds' } @steps;
    push @lists, grep { /=/ } map { s{/.*}{}r } @ds;
    Lab::Key->get($folder, @$_) for map { pairs($_) } 'K1=13 Z1=13 nonce=13', @lists;
    return;
}

1;
