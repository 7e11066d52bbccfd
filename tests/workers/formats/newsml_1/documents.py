"""Small NewsML 1 documents."""

from __future__ import annotations


def content(data: str, kind: str = "Text") -> str:
    """A content item with a text."""
    return f'<ContentItem><MediaType FormalName="{kind}"/><DataContent>{data}</DataContent></ContentItem>'


def newsml(component: str = content("<p>The ferry left.</p>"), management: str = "", identification: str = "") -> str:
    """A document of one item with this content in its component."""
    return (
        f'<NewsML Version="1.2"><NewsEnvelope/><NewsItem><Identification>{identification}</Identification>'
        f"<NewsManagement>{management}</NewsManagement><NewsComponent>{component}</NewsComponent></NewsItem></NewsML>"
    )


RICH = """<NewsML Version="1.2"><Catalog Href="x"/>
<TopicSet FormalName="People"><Topic Duid="t1"><TopicType FormalName="Person"/><FormalName Scheme="wd">Q1</FormalName>
<Description xml:lang="en">Ada Reed</Description></Topic></TopicSet>
<NewsEnvelope><DateAndTime>20240301T080000Z</DateAndTime></NewsEnvelope>
<NewsItem Duid="n"><Comment>c</Comment>
<Identification><NewsIdentifier><ProviderId>harbour.example</ProviderId><DateId>20240301</DateId>
<NewsItemId>7</NewsItemId><RevisionId PreviousRevision="1" Update="N">2</RevisionId>
<PublicIdentifier>urn:newsml:harbour.example:20240301:7:2N</PublicIdentifier></NewsIdentifier>
<NameLabel>ferry-back</NameLabel><DateLabel>Friday</DateLabel></Identification>
<NewsManagement><NewsItemType FormalName="News"/><FirstCreated>20240301T080000Z</FirstCreated>
<ThisRevisionCreated>20240301T090000+0100</ThisRevisionCreated><Status FormalName="Embargoed"/>
<StatusWillChange><FutureStatus FormalName="Usable"/><DateAndTime>20240302T000000Z</DateAndTime></StatusWillChange>
<Urgency FormalName="3"/><RevisionHistory Href="h"/><DerivedFrom NewsItem="urn:x:6"/>
<AssociatedWith NewsItem="urn:x:8"/>
<Instruction FormalName="Correction"/><Instruction FormalName="Priority"/><Property FormalName="p" Value="v"/>
</NewsManagement>
<NewsComponent xml:lang="en" EquivalentsList="no" Essential="no" Duid="c1"><Role FormalName="Main"/>
<NewsLines><HeadLine>Ferry back</HeadLine><HeadLine xml:lang="de">Zur\u00fcck</HeadLine>
<SubHeadLine>Hourly</SubHeadLine>
<ByLine>By Nora Field</ByLine><ByLineTitle>Staff writer</ByLineTitle><DateLine>PORT LYME, March 1</DateLine>
<CreditLine>Harbour Wire</CreditLine><CopyrightLine>(c) Harbour</CopyrightLine><RightsLine>No sale.</RightsLine>
<SeriesLine>Boats</SeriesLine><SlugLine>ferry-back</SlugLine><KeywordLine>ferry; fares</KeywordLine>
<NewsLine><NewsLineType FormalName="Summary"/><NewsLineText>Boats run.</NewsLineText></NewsLine>
<NewsLine><NewsLineType FormalName="Odd"/><NewsLineText>Odd.</NewsLineText></NewsLine></NewsLines>
<AdministrativeMetadata><FileName>a.xml</FileName><Provider><Party FormalName="Harbour"/></Provider>
<Creator><Party FormalName="Port desk" Topic="#none"/></Creator><Source><Party FormalName="Other"/></Source>
<Contributor><Party Topic="#t1"/></Contributor></AdministrativeMetadata>
<RightsMetadata><Copyright><CopyrightHolder>Harbour News</CopyrightHolder><CopyrightDate>2024</CopyrightDate>
</Copyright>
<UsageRights><UsageType>print</UsageType><Limitations>None.</Limitations></UsageRights></RightsMetadata>
<DescriptiveMetadata><Language FormalName="en"/><Genre FormalName="Current"/>
<SubjectCode><Subject FormalName="04000000" Scheme="s"/><SubjectMatter FormalName="04015000"/>
<SubjectDetail FormalName="Ferries"/></SubjectCode><OfInterestTo FormalName="Coast"/>
<Location HowPresent="Origin"><Property FormalName="City" Value="Lyme"/><Property FormalName="Country" Value="PT"/>
</Location><Location><Property FormalName="Country" Value="GB"/></Location>
<TopicOccurrence Topic="#t1" HowPresent="Prominent"/><TopicOccurrence Topic="#none"/>
<Property FormalName="Keyword" Value="boats"/><Property FormalName="x" Value="y"/></DescriptiveMetadata>
<NewsComponent><Role FormalName="Main text"/><ContentItem><MediaType FormalName="Text"/><Format FormalName="NITF"/>
<Characteristics><SizeInBytes>9</SizeInBytes></Characteristics><DataContent><nitf><head><title>Other</title>
<docdata><urgency ed-urg="5"/><key-list><keyword key="port"/></key-list></docdata></head><body><body.head>
<hedline><hl1>Ferry back</hl1></hedline></body.head><body.content><p class="x">The ferry left.</p></body.content>
<body.end><tagline>desk</tagline></body.end></body></nitf></DataContent></ContentItem></NewsComponent>
<NewsComponent><Role FormalName="Photo"/><NewsLines><HeadLine>The boat</HeadLine>
<CreditLine>T. Lens</CreditLine></NewsLines>
<NewsComponent><Role FormalName="Caption"/><ContentItem><MediaType FormalName="Text"/>
<DataContent><p>The boat leaves.</p></DataContent></ContentItem></NewsComponent>
<NewsComponent><Role FormalName="Preview"/><ContentItem Href="https://harbour.example/p.jpg">
<MediaType FormalName="Photo"/>
<MimeType FormalName="image/jpeg"/><Characteristics><SizeInBytes>900</SizeInBytes>
<Property FormalName="Width" Value="80"/><Property FormalName="Height" Value="60"/>
<Property FormalName="Odd" Value="1"/>
</Characteristics></ContentItem></NewsComponent>
<NewsComponent><Role FormalName="Thumbnail"/><ContentItem Href="t.jpg"><MediaType FormalName="Photo"/></ContentItem>
</NewsComponent></NewsComponent></NewsComponent></NewsItem></NewsML>
"""
